using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Ledgers as Redis lists, one JSON entry an element, and a snapshot of the totals beside each.</summary>
internal sealed class RedisLedgerStore(IConnectionMultiplexer redis) : ILedgerStore
{
    public Task<long> AppendAsync(string tenantId, IReadOnlyList<byte[]> entries, CancellationToken cancellationToken) =>
        redis.GetDatabase().ListRightPushAsync(Entries(tenantId), [.. entries.Select(static e => (RedisValue)e)]);

    public async Task<IReadOnlyList<byte[]>> ReadAsync(string tenantId, long from, int count, CancellationToken cancellationToken)
    {
        var values = await redis.GetDatabase().ListRangeAsync(Entries(tenantId), from, from + count - 1);
        return [.. values.Select(static v => (byte[])v!)];
    }

    public async Task<byte[]?> ReadSnapshotAsync(string tenantId, CancellationToken cancellationToken) =>
        await redis.GetDatabase().StringGetAsync(Snapshot(tenantId));

    public Task WriteSnapshotAsync(string tenantId, byte[] snapshot, CancellationToken cancellationToken) =>
        redis.GetDatabase().StringSetAsync(Snapshot(tenantId), snapshot);

    private static RedisKey Entries(string tenantId) => "orleansllm:ledger:" + tenantId;

    private static RedisKey Snapshot(string tenantId) => "orleansllm:ledger-totals:" + tenantId;
}
