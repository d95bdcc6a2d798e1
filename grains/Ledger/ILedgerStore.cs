namespace OrleansLlm.Grains.Ledger;

/// <summary>Where ledgers are kept: an append-only list of entries per tenant, and a snapshot of its totals. Calls throw where the store is out of reach.</summary>
public interface ILedgerStore
{
    /// <summary>Appends entries (UTF-8 JSON each), all or none, and returns the list's new length.</summary>
    Task<long> AppendAsync(string tenantId, IReadOnlyList<byte[]> entries, CancellationToken cancellationToken);

    /// <summary>Entries from index <paramref name="from"/> on, at most <paramref name="count"/>, in order.</summary>
    Task<IReadOnlyList<byte[]>> ReadAsync(string tenantId, long from, int count, CancellationToken cancellationToken);

    /// <summary>The latest snapshot, or null where there is none.</summary>
    Task<byte[]?> ReadSnapshotAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Replaces the snapshot.</summary>
    Task WriteSnapshotAsync(string tenantId, byte[] snapshot, CancellationToken cancellationToken);
}
