using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Where the single entries of ledgers are kept, in the order in which they came; sums and marks are in the Redis beside them.</summary>
internal interface ILedgerEntries
{
    /// <summary>A way to add to a tenant's entries, for one opening of its ledger.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="epoch">The opening's: what one of a lower epoch adds from now on never counts.</param>
    Task<ILedgerEntryLog> OpenAsync(string tenantId, RedisLedgerEpoch epoch);

    /// <summary>Entries of a day (UTC) from index <paramref name="from"/> on (a negative one counts from the day's end), at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken);
}

/// <summary>Adds entries; one thread at a time uses it.</summary>
internal interface ILedgerEntryLog
{
    /// <summary>Adds entries of a day; they count once <paramref name="transaction"/> has been executed, and never where it fails.</summary>
    /// <exception cref="IOException">They cannot be kept now.</exception>
    Task AddAsync(ITransaction transaction, DateOnly day, IReadOnlyList<ReadOnlyMemory<byte>> lines);

    /// <summary>What was added counts now: packs what is complete into blocks (<see cref="Core.Ledger.LedgerBlock"/>).</summary>
    Task PackAsync();
}

/// <summary>The right to write to a tenant's ledger: holds until the next opening.</summary>
internal sealed class RedisLedgerEpoch(IDatabase database, RedisKey key, long number)
{
    /// <summary>Higher than that of any opening before.</summary>
    public long Number => number;

    /// <summary>A transaction that only takes place while no later opening has been made.</summary>
    public ITransaction NewTransaction()
    {
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(key, number));
        return transaction;
    }
}
