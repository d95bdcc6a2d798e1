using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Where blocks of entries are kept (<see cref="Core.Ledger.LedgerBlock"/>). A block that was added but whose transaction failed does not count; it comes again, with the same bytes.
/// </summary>
internal interface ILedgerBlocks
{
    /// <summary>Keeps a block, at the latest when <paramref name="transaction"/> is executed.</summary>
    /// <param name="transaction">From then on the block counts.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="day">The entries' (UTC).</param>
    /// <param name="number">From 0 without gaps.</param>
    /// <param name="block">Its bytes.</param>
    /// <exception cref="IOException">It cannot be kept now.</exception>
    ValueTask AddAsync(ITransaction transaction, string tenantId, DateOnly day, long number, byte[] block);

    /// <summary>A block; null where it is gone, its time being over.</summary>
    Task<byte[]?> FindAsync(string tenantId, DateOnly day, long number);
}
