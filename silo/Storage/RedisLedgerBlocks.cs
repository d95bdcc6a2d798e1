using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Blocks as values of a Redis, in the transaction that makes them count.</summary>
internal sealed class RedisLedgerBlocks(IConnectionMultiplexer redis, IOptions<LedgerOptions> options) : ILedgerBlocks
{
    public ValueTask AddAsync(ITransaction transaction, string tenantId, DateOnly day, long number, byte[] block)
    {
        _ = transaction.StringSetAsync(new RedisLedgerKeys(tenantId).Block(day, number), block, options.Value.EntryRetention + TimeSpan.FromDays(1));
        return default;
    }

    public async Task<byte[]?> FindAsync(string tenantId, DateOnly day, long number) =>
        await redis.GetDatabase().StringGetAsync(new RedisLedgerKeys(tenantId).Block(day, number));
}
