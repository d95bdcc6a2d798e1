namespace OrleansLlm.Core.Ledger;

/// <summary>What one append adds to a tenant's books; a store writes all of it or nothing.</summary>
/// <param name="Lines">Entries as JSON, in order, by the day they belong to (UTC).</param>
/// <param name="Cells">The sums they changed, as they are now.</param>
/// <param name="Marks">The last sequence number of each writer among them.</param>
public sealed record LedgerBatch(
    IReadOnlyDictionary<DateOnly, List<ReadOnlyMemory<byte>>> Lines,
    IReadOnlyCollection<LedgerCell> Cells,
    IReadOnlyDictionary<string, long> Marks)
{
    public int Count => Lines.Values.Sum(static l => l.Count);
}
