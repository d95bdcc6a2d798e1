namespace OrleansLlm.Grains.Abstractions.Ledger;

/// <summary>The books of one tenant; the single writer of its entries. Keyed by tenant.</summary>
[Alias("orleansllm.ledger.v1")]
public interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>Appends entries (UTF-8 JSON, one a line) and returns when they are stored. Entries stored before are left out.</summary>
    [Alias("append")]
    Task AppendAsync(byte[] entries);

    /// <summary>All totals as JSON (<c>LedgerTotals</c>), for whoever adds up tenants or cuts out a period.</summary>
    [Alias("totals")]
    Task<byte[]> TotalsAsync();
}
