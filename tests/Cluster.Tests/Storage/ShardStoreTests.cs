using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Core.Caching;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>The shard store on a real Redis, on the embedded Garnet, and in files.</summary>
public sealed class ShardStoreTests
{
    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    [InlineData("files")]
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
    [InlineData("files")]
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
    [InlineData("files")]
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
    [InlineData("files")]
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
        Assert.Equal(kind == "files" ? 1 : 3, await server.CountAsync());
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    [InlineData("files")]
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
        // The epoch and the log, or the log alone.
        Assert.Equal(kind == "files" ? 1 : 2, await server.CountAsync());
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

    /// <summary>Wherever a crash cuts off what was written last, all that was written before it is there, and what follows is written behind that.</summary>
    [Fact]
    public async Task Append_OfWhichAPartReachedTheFile_NeverCounted()
    {
        await using var server = await StoreServer.StartAsync("files");
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1, 1], [2]], Cancel);
        var file = server.Files.Single();
        var whole = new FileInfo(file).Length;
        await log.AppendAsync([[3, 3, 3], [], [4]], Cancel);
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        for (var length = whole; length < bytes.Length; length++)
        {
            // Cut off, and with the length that the disk had kept for it.
            foreach (var torn in (byte[][])[bytes[..(int)length], [.. bytes[..(int)length], .. new byte[bytes.Length - length]]])
            {
                await File.WriteAllBytesAsync(file, torn, Cancel);
                var reopened = await server.Store.OpenAsync("p/0", Cancel);
                // Whether it is read before it is written or not.
                if (length % 2 == 0)
                    Assert.Equal([[1, 1], [2]], await ReadAsync(reopened));
                Assert.Equal(ShardWriteOutcome.Written, await reopened.AppendAsync([[5]], Cancel));
                Assert.Equal([[1, 1], [2], [5]], await ReadAsync(reopened));
                Assert.Equal([[1, 1], [2], [5]], await ReadAsync(await server.Store.OpenAsync("p/0", Cancel)));
            }
        }
    }

    [Fact]
    public async Task Append_WhereTheDiskTakesNothing_IsTakenOnceItDoes()
    {
        await using var server = await StoreServer.StartAsync("files");
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1]], Cancel);
        var file = server.Files.Single();
        File.Move(file, file + ".away");
        Directory.CreateDirectory(file);
        Assert.Equal(ShardWriteOutcome.Lost, await log.AppendAsync([[2]], Cancel));
        Directory.Delete(file);
        File.Move(file + ".away", file);
        Assert.Equal(ShardWriteOutcome.Written, await log.AppendAsync([[2]], Cancel));

        var other = await server.Store.OpenAsync("p/1", Cancel);
        var folder = Path.GetDirectoryName(file)!;
        Directory.Move(folder, folder + ".away");
        await File.WriteAllTextAsync(folder, "in the way", Cancel);
        await Assert.ThrowsAnyAsync<IOException>(() => log.AppendAsync([[3]], Cancel));
        Assert.Equal(ShardWriteOutcome.Written, await other.AppendAsync([[9]], Cancel));
        File.Delete(folder);
        Directory.Move(folder + ".away", folder);
        Assert.Equal(ShardWriteOutcome.Written, await log.AppendAsync([[3]], Cancel));
        Assert.Equal([[1], [2], [3]], await ReadAsync(await server.Store.OpenAsync("p/0", Cancel)));
        Assert.Equal([[9]], await ReadAsync(await server.Store.OpenAsync("p/1", Cancel)));
    }

    /// <summary>A crash between a snapshot's taking the log's place and the log's going.</summary>
    [Fact]
    public async Task Open_WithTwoLogs_ReadsTheLater()
    {
        await using var server = await StoreServer.StartAsync("files");
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.AppendAsync([[1], [2]], Cancel);
        var old = server.Files.Single();
        File.Copy(old, old + ".kept");
        await log.BeginSnapshotAsync(Cancel);
        await log.AddToSnapshotAsync([[2]], Cancel);
        await log.SwitchToSnapshotAsync([], Cancel);
        File.Move(old + ".kept", old);
        Assert.Equal([[2]], await ReadAsync(await server.Store.OpenAsync("p/0", Cancel)));
        Assert.Single(server.Files);
    }

    [Fact]
    public async Task Delete_OfShardsWhoseTimeIsOver_LeavesTheOthersAndWhatIsNoShard()
    {
        await using var server = await StoreServer.StartAsync("files");
        var files = (FileShardStore)server.Store;
        var old = await files.OpenAsync("p/old", Cancel);
        await old.AppendAsync([[1]], Cancel);
        var file = server.Files.Single();
        await (await files.OpenAsync("p/new", Cancel)).AppendAsync([[2]], Cancel);
        var foreign = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, "not ours"));
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-8));
        files.DeleteUnwrittenSince(DateTimeOffset.UtcNow.AddDays(-7));
        Assert.False(File.Exists(file));
        Assert.Single(server.Files);
        Assert.True(foreign.Exists);
        // Whoever still holds it learns that it is gone.
        Assert.Equal(ShardWriteOutcome.Lost, await old.AppendAsync([[3]], Cancel));
        Assert.Empty(await ReadAsync(await files.OpenAsync("p/old", Cancel)));
    }

    /// <summary>Before, the snapshot found a log of its own name in its way.</summary>
    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    [InlineData("files")]
    public async Task Snapshot_BegunBeforeTheFirstAppend_TakesThePlaceOfTheLog(string kind)
    {
        await using var server = await StoreServer.StartAsync(kind);
        var log = await server.Store.OpenAsync("p/0", Cancel);
        await log.BeginSnapshotAsync(Cancel);
        await log.AppendAsync([[1]], Cancel);
        await log.AddToSnapshotAsync([[10]], Cancel);
        Assert.Equal(ShardWriteOutcome.Written, await log.SwitchToSnapshotAsync([[1]], Cancel));
        Assert.Equal([[10], [1]], await ReadAsync(await server.Store.OpenAsync("p/0", Cancel)));
    }

    /// <summary>In files as in a list: whatever is appended, snapshotted and opened anew in which order.</summary>
    [Fact]
    public async Task Files_InAnyOrderOfCalls_HoldWhatAListWould()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            await using var server = await StoreServer.StartAsync("files");
            var random = new Random(seed);
            List<byte[]> expected = [], since = [];
            List<byte[]>? snapshot = null;
            var log = await server.Store.OpenAsync("p/0", Cancel);
            for (var step = 0; step < 80; step++)
            {
                byte[][] frames = [.. Enumerable.Range(0, random.Next(4)).Select(_ => { var frame = new byte[random.Next(50)]; random.NextBytes(frame); return frame; })];
                switch (random.Next(6))
                {
                    case 0:
                        log = await server.Store.OpenAsync("p/0", Cancel);
                        snapshot = null;
                        break;
                    case 1:
                        Assert.Equal(ShardWriteOutcome.Written, await log.BeginSnapshotAsync(Cancel));
                        (snapshot, since) = ([], []);
                        break;
                    case 2 when snapshot is not null:
                        Assert.Equal(ShardWriteOutcome.Written, await log.AddToSnapshotAsync(frames, Cancel));
                        snapshot.AddRange(frames);
                        break;
                    case 3 when snapshot is not null:
                        Assert.Equal(ShardWriteOutcome.Written, await log.SwitchToSnapshotAsync(since, Cancel));
                        (expected, snapshot) = ([.. snapshot, .. since], null);
                        break;
                    default:
                        Assert.Equal(ShardWriteOutcome.Written, await log.AppendAsync(frames, Cancel));
                        expected.AddRange(frames);
                        since.AddRange(frames);
                        break;
                }

                Assert.Equal(expected, await ReadAsync(log));
            }
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
        private readonly IAsyncDisposable? _server;
        private readonly ConnectionMultiplexer? _redis;
        private readonly DirectoryInfo? _folder;
        private readonly FileSync _sync = new(TimeProvider.System, NullLogger<FileSync>.Instance);

        private StoreServer(IAsyncDisposable server, ConnectionMultiplexer redis)
        {
            _server = server;
            _redis = redis;
            Store = new RedisShardStore(redis, TimeSpan.FromHours(1));
        }

        private StoreServer(DirectoryInfo folder)
        {
            _folder = folder;
            Store = new FileShardStore(folder.FullName, _sync);
        }

        public IShardStore Store { get; }

        public IEnumerable<string> Files => Directory.EnumerateFiles(_folder!.FullName, "*", SearchOption.AllDirectories);

        public static async Task<StoreServer> StartAsync(string kind)
        {
            if (kind == "files")
                return new(Directory.CreateTempSubdirectory("orleansllm-shards-"));
            if (kind == "redis")
            {
                var redis = await RedisServer.StartAsync();
                return new(redis, await redis.ConnectAsync());
            }

            var garnet = new GarnetFolder();
            return new(garnet, await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{garnet.Server.Port},password={garnet.Server.Password}"));
        }

        /// <summary>Of keys, or files.</summary>
        public async Task<int> CountAsync()
        {
            if (_redis is null)
                return Files.Count();
            var keys = 0;
            await foreach (var _ in _redis.GetServers()[0].KeysAsync())
                keys++;
            return keys;
        }

        /// <summary>As FLUSHALL.</summary>
        public async Task EmptyAsync()
        {
            if (_redis is null)
            {
                foreach (var shard in _folder!.EnumerateDirectories())
                    shard.Delete(recursive: true);
                return;
            }

            await foreach (var key in _redis.GetServers()[0].KeysAsync())
                await _redis.GetDatabase().KeyDeleteAsync(key);
        }

        /// <summary>The time that each key has left; null for one that stays.</summary>
        public async Task<List<TimeSpan?>> LifetimesAsync()
        {
            var lifetimes = new List<TimeSpan?>();
            await foreach (var key in _redis!.GetServers()[0].KeysAsync())
                lifetimes.Add(await _redis.GetDatabase().KeyTimeToLiveAsync(key));
            return lifetimes;
        }

        public async ValueTask DisposeAsync()
        {
            await (_redis?.DisposeAsync() ?? default);
            await (_server?.DisposeAsync() ?? default);
            _sync.Dispose();
            _folder?.Delete(recursive: true);
        }
    }

    private sealed class GarnetFolder : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-garnet-");

        public GarnetFolder() => Server = EmbeddedGarnet.Start(_folder.FullName, NullLoggerFactory.Instance);

        public EmbeddedGarnet Server { get; }

        public ValueTask DisposeAsync()
        {
            Server.Dispose();
            _folder.Delete(recursive: true);
            return default;
        }
    }
}
