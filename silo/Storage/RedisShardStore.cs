using OrleansLlm.Core.Caching;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Shards in Redis: for each an epoch (raised by every opening), the name of its current log and of a snapshot being written, and the logs
/// as lists. A shard's keys share a hash tag, so that they can stand in one transaction on a Redis cluster too.
/// </summary>
/// <param name="redis">Where.</param>
/// <param name="lifetime">How long a shard is kept after its last write: longer than any of its answers.</param>
internal sealed class RedisShardStore(IConnectionMultiplexer redis, TimeSpan lifetime) : IShardStore
{
    public async Task<IShardLog> OpenAsync(string shardId, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var keys = new RedisShardKeys(shardId);
        // From here on whoever opened the shard before is refused, so what is read below is final.
        var epoch = await database.StringIncrementAsync(keys.Epoch);
        await database.KeyExpireAsync(keys.Epoch, lifetime);
        var current = await database.StringGetAsync(keys.Current);
        var unfinished = await database.StringGetAsync(keys.Snapshot);
        if (unfinished.HasValue && unfinished != current)
            await database.KeyDeleteAsync([keys.Log(unfinished!), keys.Snapshot]);
        return new RedisShardLog(database, keys, epoch, current.HasValue ? current! : "0", lifetime);
    }
}
