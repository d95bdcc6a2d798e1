using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Where ledgers are kept: entries by tenant and day, append-only, and the sums over them. Calls throw where the store is out of reach.</summary>
public interface ILedgerStore
{
    /// <summary>Opens a tenant's ledger for writing; from then on whoever opened it before is fenced off.</summary>
    Task<ILedgerLog> OpenAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Entries of a day (UTC) from index <paramref name="from"/> on (a negative one counts from the day's end), at most <paramref name="count"/>, in the order in which they came.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken);

    /// <summary>The sums of a day (UTC).</summary>
    Task<IReadOnlyList<LedgerCell>> ReadCellsAsync(string tenantId, DateOnly day, CancellationToken cancellationToken);
}

/// <summary>One opening of a tenant's ledger.</summary>
public interface ILedgerLog
{
    /// <summary>The last sequence number stored of each writer when it was opened.</summary>
    IReadOnlyDictionary<string, long> Marks { get; }

    /// <summary>Adds entries and replaces the sums and marks they changed, all or nothing; false where a later opening has taken over.</summary>
    Task<bool> AppendAsync(LedgerBatch batch, CancellationToken cancellationToken);
}
