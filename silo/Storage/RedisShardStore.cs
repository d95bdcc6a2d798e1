using OrleansLlm.Core.Caching;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Shards as Redis lists: RPUSH appends a batch at once, reading goes in chunks.</summary>
internal sealed class RedisShardStore(IConnectionMultiplexer redis) : IShardStore
{
    private const int Chunk = 2048;

    public async Task<IReadOnlyList<byte[]>> LoadAsync(string shardId, CancellationToken cancellationToken)
    {
        var frames = new List<byte[]>();
        var key = Key(shardId);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = await redis.GetDatabase().ListRangeAsync(key, frames.Count, frames.Count + Chunk - 1);
            frames.AddRange(chunk.Select(static v => (byte[])v!));
            if (chunk.Length < Chunk)
                return frames;
        }
    }

    public Task AppendAsync(string shardId, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) =>
        redis.GetDatabase().ListRightPushAsync(Key(shardId), [.. frames.Select(static f => (RedisValue)f)]);

    public async Task ReplaceAsync(string shardId, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        var key = Key(shardId);
        var transaction = redis.GetDatabase().CreateTransaction();
        _ = transaction.KeyDeleteAsync(key);
        foreach (var chunk in frames.Chunk(Chunk))
            _ = transaction.ListRightPushAsync(key, [.. chunk.Select(static f => (RedisValue)f)]);
        if (!await transaction.ExecuteAsync())
            throw new RedisException($"The store refused to replace shard {shardId}.");
    }

    private static RedisKey Key(string shardId) => "orleansllm:shard:" + shardId;
}
