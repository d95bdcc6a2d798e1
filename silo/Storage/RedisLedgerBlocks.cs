using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Blocks as values of a Redis, in the transaction that makes them count.</summary>
internal sealed class RedisLedgerBlocks(IConnectionMultiplexer redis, IOptions<LedgerOptions> options, TimeProvider time) : ILedgerBlocks
{
    public ValueTask AddAsync(ITransaction transaction, LedgerBlockName name, byte[] block)
    {
        _ = transaction.StringSetAsync(KeyOf(name), block, RedisLedgerKeys.Lifetime(name.Day, options.Value.EntryRetention, time));
        return default;
    }

    public async Task<byte[]?> FindAsync(LedgerBlockName name) => await redis.GetDatabase().StringGetAsync(KeyOf(name));

    private static RedisKey KeyOf(LedgerBlockName name) => new RedisLedgerKeys(name.TenantId).Block(name.Day, name.Number, name.Count);
}
