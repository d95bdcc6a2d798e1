using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Where blocks of entries are kept (<see cref="Core.Ledger.LedgerBlock"/>). A block that was added but whose transaction failed does not count; it comes again, with the same bytes.
/// </summary>
internal interface ILedgerBlocks
{
    /// <summary>Keeps a block, at the latest when <paramref name="transaction"/> is executed.</summary>
    /// <param name="transaction">From then on the block counts.</param>
    /// <param name="name">Which.</param>
    /// <param name="block">Its bytes.</param>
    /// <exception cref="IOException">It cannot be kept now.</exception>
    ValueTask AddAsync(ITransaction transaction, LedgerBlockName name, byte[] block);

    /// <summary>A block; null where it is gone, its time being over.</summary>
    Task<byte[]?> FindAsync(LedgerBlockName name);
}

/// <summary>Names a block: entries never change their places, so that one name is always of the same entries.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Day">The entries' (UTC).</param>
/// <param name="Number">From 0 without gaps.</param>
/// <param name="Count">How many entries it holds.</param>
internal readonly record struct LedgerBlockName(string TenantId, DateOnly Day, long Number, int Count);
