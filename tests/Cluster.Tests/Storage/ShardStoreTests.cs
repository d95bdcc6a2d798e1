using OrleansLlm.Core.Caching;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>The shard store on a real Redis and on the embedded Garnet.</summary>
public sealed class ShardStoreTests
{
    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Append_ThenReopened_IsReadBackInOrder(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Empty(await ReadAsync(log));
        for (byte i = 0; i < 5; i++)
            Assert.Equal(ShardWriteOutcome.Written, await log.AppendAsync([.. Enumerable.Range(0, 700).Select(j => new byte[] { i, (byte)j, (byte)(j >> 8) })], Cancel));
        var read = await ReadAsync(await server.Store.OpenAsync("p/0", Cancel));
        Assert.Equal(3500, read.Count);
        Assert.Equal(read, read.OrderBy(f => f[0]).ThenBy(f => f[1] + f[2] * 256));
        Assert.Empty(await ReadAsync(await server.Store.OpenAsync("p/1", Cancel)));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Write_AfterALaterOpening_IsFenced(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var first = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Equal(ShardWriteOutcome.Written, await first.AppendAsync([[1]], Cancel));
        Assert.Equal(ShardWriteOutcome.Written, await first.BeginSnapshotAsync(Cancel));
        var second = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Equal(ShardWriteOutcome.Written, await second.AppendAsync([[2]], Cancel));
        Assert.Equal(ShardWriteOutcome.Fenced, await first.AppendAsync([[3]], Cancel));
        Assert.Equal(ShardWriteOutcome.Fenced, await first.AddToSnapshotAsync([[4]], Cancel));
        Assert.Equal(ShardWriteOutcome.Fenced, await first.SwitchToSnapshotAsync([[5]], Cancel));
        Assert.Equal(ShardWriteOutcome.Fenced, await first.BeginSnapshotAsync(Cancel));
        Assert.Equal([[1], [2]], await ReadAsync(await server.Store.OpenAsync("p/0", Cancel)));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Restore_StoreHasForgottenTheLog_BeginsItAnewUnlessSomebodyElseHas(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1], [2]], Cancel);
        await server.EmptyAsync();
        Assert.Equal(ShardWriteOutcome.Lost, await log.AppendAsync([[3]], Cancel));
        Assert.Equal(ShardWriteOutcome.Written, await log.RestoreAsync([[1], [2], [3]], Cancel));
        Assert.Equal(ShardWriteOutcome.Written, await log.AppendAsync([[4]], Cancel));
        Assert.Equal([[1], [2], [3], [4]], await ReadAsync(log));

        await server.EmptyAsync();
        var other = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Equal(ShardWriteOutcome.Fenced, await log.RestoreAsync([[1]], Cancel));
        Assert.Empty(await ReadAsync(other));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Snapshot_SwitchedTo_TakesThePlaceOfTheLog(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1], [2]], Cancel);
        await log.BeginSnapshotAsync(Cancel);
        await log.AddToSnapshotAsync([[10]], Cancel);
        await log.AddToSnapshotAsync([[11]], Cancel);
        await log.AppendAsync([[3]], Cancel);
        Assert.Equal([[1], [2], [3]], await ReadAsync(log));
        Assert.Equal(ShardWriteOutcome.Written, await log.SwitchToSnapshotAsync([[3]], Cancel));
        await log.AppendAsync([[4]], Cancel);
        var reopened = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Equal([[10], [11], [3], [4]], await ReadAsync(reopened));
        // Nothing is left of the old log or the snapshot's name.
        Assert.Equal(3, await server.CountKeysAsync());
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Snapshot_NeverSwitchedTo_IsForgotten(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1]], Cancel);
        await log.BeginSnapshotAsync(Cancel);
        await log.AddToSnapshotAsync([[10]], Cancel);
        await log.BeginSnapshotAsync(Cancel);
        await log.AddToSnapshotAsync([[20]], Cancel);
        var reopened = await server.Store.OpenAsync("p/0", Cancel);
        Assert.Equal([[1]], await ReadAsync(reopened));
        // The epoch and the log.
        Assert.Equal(2, await server.CountKeysAsync());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Write_OfAnyKind_LeavesNoKeyThatStaysForGood(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await AssertAllLeaveAsync();
        await log.AppendAsync([[1]], Cancel);
        await AssertAllLeaveAsync();
        await log.BeginSnapshotAsync(Cancel);
        await log.AddToSnapshotAsync([[1]], Cancel);
        await AssertAllLeaveAsync();
        await log.SwitchToSnapshotAsync([[2]], Cancel);
        await AssertAllLeaveAsync();

        async Task AssertAllLeaveAsync()
        {
            var lifetimes = await server.LifetimesAsync();
            Assert.NotEmpty(lifetimes);
            Assert.All(lifetimes, l => Assert.InRange(l ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1)));
        }
    }

    private static async Task<List<byte[]>> ReadAsync(IShardLog log)
    {
        var frames = new List<byte[]>();
        await foreach (var chunk in log.ReadAsync(Cancel))
            frames.AddRange(chunk);
        return frames;
    }

    private sealed class StoreServer : IAsyncDisposable
    {
        private readonly IAsyncDisposable _server;
        private readonly ConnectionMultiplexer _redis;

        private StoreServer(IAsyncDisposable server, ConnectionMultiplexer redis)
        {
            _server = server;
            _redis = redis;
            Store = new RedisShardStore(redis, TimeSpan.FromHours(1));
        }

        public RedisShardStore Store { get; }

        public static async Task<StoreServer> StartAsync(string kind)
        {
            if (kind == "redis")
            {
                var redis = await RedisServer.StartAsync();
                return new(redis, await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true"));
            }

            var garnet = new GarnetFolder();
            return new(garnet, await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{garnet.Server.Port},password={garnet.Server.Password}"));
        }

        public async Task<int> CountKeysAsync()
        {
            var keys = 0;
            await foreach (var _ in _redis.GetServers()[0].KeysAsync())
                keys++;
            return keys;
        }

        /// <summary>As FLUSHALL.</summary>
        public async Task EmptyAsync()
        {
            await foreach (var key in _redis.GetServers()[0].KeysAsync())
                await _redis.GetDatabase().KeyDeleteAsync(key);
        }

        /// <summary>The time that each key has left; null for one that stays.</summary>
        public async Task<List<TimeSpan?>> LifetimesAsync()
        {
            var lifetimes = new List<TimeSpan?>();
            await foreach (var key in _redis.GetServers()[0].KeysAsync())
                lifetimes.Add(await _redis.GetDatabase().KeyTimeToLiveAsync(key));
            return lifetimes;
        }

        public async ValueTask DisposeAsync()
        {
            await _redis.DisposeAsync();
            await _server.DisposeAsync();
        }
    }

    private sealed class GarnetFolder : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-garnet-");

        public GarnetFolder() => Server = EmbeddedGarnet.Start(_folder.FullName);

        public EmbeddedGarnet Server { get; }

        public ValueTask DisposeAsync()
        {
            Server.Dispose();
            _folder.Delete(recursive: true);
            return default;
        }
    }
}
