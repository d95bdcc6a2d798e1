using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>Ledgers on a real Redis and on the embedded store, whose blocks are files.</summary>
public sealed class LedgerStoreTests : IAsyncLifetime
{
    private const string Tenant = "../a tenant/of: any name";

    private static readonly DateOnly s_day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static readonly string[] s_ofEntries = [":entries:", ":block:", ":packed:"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-ledger-");
    private readonly LedgerOptions _options = new();
    private EmbeddedGarnet? _garnet;
    private RedisServer? _redis;
    private ConnectionMultiplexer? _connection;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Blocks => Path.Combine(_folder.FullName, "blocks");

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await (_connection?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
        _garnet?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Read_OfADayOfBlocksAndAList_GivesEachEntryInOrder(string kind)
    {
        var store = await StartAsync(kind);
        var log = await store.OpenAsync(Tenant, Cancel);
        // As an older version left it: a list alone, longer than a block.
        await _connection!.GetDatabase().ListRightPushAsync(new RedisLedgerKeys(Tenant).Entries(s_day), [.. Enumerable.Range(0, 2300).Select(static i => (RedisValue)Line(i))]);
        for (var at = 2300; at < 4450; at += 43)
            Assert.True(await log.AppendAsync(Batch(at, 43), Cancel));
        const int All = 4450;

        Assert.Equal(450, await _connection.GetDatabase().ListLengthAsync(new RedisLedgerKeys(Tenant).Entries(s_day)));
        foreach (var (from, count) in ((int, int)[])[(0, 1000), (0, All + 10), (500, 1000), (999, 2), (3999, 2), (4000, 1000), (4449, 5), (1234, 7)])
            Assert.Equal(Enumerable.Range(from, Math.Min(count, All - from)), await ReadAsync(store, from, count));
        Assert.Empty(await ReadAsync(store, All, 10));
        Assert.Equal(Enumerable.Range(All - 600, 500), await ReadAsync(store, -600, 500));
        Assert.Equal(Enumerable.Range(0, 3), await ReadAsync(store, -2 * All, 3));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Read_WhileEntriesArePacked_GivesEachEntryOnce(string kind)
    {
        var store = await StartAsync(kind);
        var log = await store.OpenAsync(Tenant, Cancel);
        var writing = Task.Run(async () =>
        {
            for (var at = 0; at < 6000; at += 100)
                await log.AppendAsync(Batch(at, 100), Cancel);
        }, Cancel);
        var reads = 0;
        while (!writing.IsCompleted || reads == 0)
        {
            var read = await ReadAsync(store, 0, 10_000);
            Assert.Equal(Enumerable.Range(0, read.Count), read);
            reads++;
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, 6000), await ReadAsync(store, 0, 10_000));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Append_OfADayThatIsOver_LeavesNoList(string kind)
    {
        var store = await StartAsync(kind);
        var keys = new RedisLedgerKeys(Tenant);
        // As a day ends; as an older version left one of 12 blocks.
        await _connection!.GetDatabase().ListRightPushAsync(keys.Entries(s_day.AddDays(-1)), [.. Enumerable.Range(0, 30).Select(static i => (RedisValue)Line(i))]);
        await _connection.GetDatabase().ListRightPushAsync(keys.Entries(s_day.AddDays(-20)), [.. Enumerable.Range(0, 12_300).Select(static i => (RedisValue)Line(i))]);
        var log = await store.OpenAsync(Tenant, Cancel);
        await log.AppendAsync(Batch(0, 1), Cancel);
        await log.AppendAsync(Batch(1, 1), Cancel);
        Assert.False(await _connection.GetDatabase().KeyExistsAsync(keys.Entries(s_day.AddDays(-1))));
        Assert.False(await _connection.GetDatabase().KeyExistsAsync(keys.Entries(s_day.AddDays(-20))));
        Assert.Equal(Enumerable.Range(0, 30), await ReadAsync(store, 0, 1000, daysAgo: 1));
        Assert.Equal(Enumerable.Range(0, 12_300), await ReadAsync(store, 0, 20_000, daysAgo: 20));

        // What comes late follows, and the next opening packs it with what was there.
        await log.AppendAsync(Batch(30, 20, daysAgo: 1), Cancel);
        Assert.Equal(Enumerable.Range(0, 50), await ReadAsync(store, 0, 1000, daysAgo: 1));
        Assert.Equal(Enumerable.Range(25, 10), await ReadAsync(store, 25, 10, daysAgo: 1));
        var later = await store.OpenAsync(Tenant, Cancel);
        await later.AppendAsync(Batch(2, 1), Cancel);
        Assert.False(await _connection.GetDatabase().KeyExistsAsync(keys.Entries(s_day.AddDays(-1))));
        Assert.Equal(Enumerable.Range(0, 50), await ReadAsync(store, 0, 1000, daysAgo: 1));
        await later.AppendAsync(Batch(50, 2000, daysAgo: 1), Cancel);
        Assert.Equal(50, await _connection.GetDatabase().ListLengthAsync(keys.Entries(s_day.AddDays(-1))));
        Assert.Equal(Enumerable.Range(0, 2050), await ReadAsync(store, 0, 3000, daysAgo: 1));
    }

    /// <summary>What a killed process leaves: a block whose transaction did not take place, or was lost with the store's last second.</summary>
    [Fact]
    public async Task Append_WithABlockThatDoesNotCountYet_WritesItAgain()
    {
        var store = await StartAsync("garnet");
        var log = await store.OpenAsync(Tenant, Cancel);
        await log.AppendAsync(Batch(0, 999), Cancel);
        var blocks = new FileLedgerBlocks(Blocks);
        await blocks.AddAsync(_connection!.GetDatabase().CreateTransaction(), new(Tenant, s_day, 0, LedgerBlock.Lines), [1, 2, 3]);
        Assert.Equal(Enumerable.Range(0, 999), await ReadAsync(store, 0, 2000));
        await log.AppendAsync(Batch(999, 11), Cancel);
        Assert.Equal(Enumerable.Range(0, 1010), await ReadAsync(store, 0, 2000));
    }

    [Fact]
    public async Task Append_WhereNoBlockCanBeWritten_KeepsEntriesUntilOneCan()
    {
        var store = await StartAsync("garnet");
        var log = await store.OpenAsync(Tenant, Cancel);
        await File.WriteAllTextAsync(Blocks, "in the way", Cancel);
        Assert.True(await log.AppendAsync(Batch(0, 1500), Cancel));
        Assert.True(await log.AppendAsync(Batch(1500, 1000), Cancel));
        Assert.Equal(Enumerable.Range(0, 2500), await ReadAsync(store, 0, 3000));
        File.Delete(Blocks);
        Assert.True(await log.AppendAsync(Batch(2500, 1), Cancel));
        Assert.Equal(501, await _connection!.GetDatabase().ListLengthAsync(new RedisLedgerKeys(Tenant).Entries(s_day)));
        Assert.Equal(Enumerable.Range(0, 2501), await ReadAsync(store, 0, 3000));
    }

    [Fact]
    public async Task Append_OfMoreThanABlock_LeavesNoEntryThatStaysForGood()
    {
        var store = await StartAsync("redis");
        await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 2001), Cancel);
        var lifetimes = new Dictionary<string, TimeSpan?>();
        await foreach (var key in _connection!.GetServers()[0].KeysAsync())
        {
            if (s_ofEntries.Any(k => key.ToString().Contains(k, StringComparison.Ordinal)))
                lifetimes[key!] = await _connection.GetDatabase().KeyTimeToLiveAsync(key);
        }

        Assert.Equal(4, lifetimes.Count);
        Assert.All(lifetimes, l => Assert.InRange(l.Value ?? TimeSpan.MaxValue, TimeSpan.FromDays(35), TimeSpan.FromDays(36)));
    }

    [Fact]
    public async Task Retention_OfFiles_DeletesDaysWhoseTimeIsOverAndNoOther()
    {
        var blocks = new FileLedgerBlocks(Blocks);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        DateOnly[] days = [today, today.AddDays(-35), today.AddDays(-36), today.AddDays(-400)];
        foreach (var day in days)
            await blocks.AddAsync(null!, new(Tenant, day, 0, 1), [7]);
        Directory.CreateDirectory(Path.Combine(Blocks, "not a day"));
        using var retention = new FileLedgerRetention(blocks, Options.Create(_options), TimeProvider.System, NullLogger<FileLedgerRetention>.Instance);
        await retention.StartAsync(Cancel);
        while (Directory.EnumerateDirectories(Blocks).Count() > 3)
            await Task.Delay(20, Cancel);
        await retention.StopAsync(Cancel);
        foreach (var day in days)
            Assert.Equal(day >= today.AddDays(-35), await blocks.FindAsync(new(Tenant, day, 0, 1)) is not null);
        Assert.True(Directory.Exists(Path.Combine(Blocks, "not a day")));
    }

    private static async Task<List<int>> ReadAsync(RedisLedgerStore store, long from, int count, int daysAgo = 0) =>
        [.. (await store.ReadAsync(Tenant, s_day.AddDays(-daysAgo), from, count, Cancel)).Select(static l => int.Parse(Encoding.UTF8.GetString(l.Span)[5..^1], CultureInfo.InvariantCulture))];

    private static byte[] Line(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"i":{{i}}}"""));

    private static LedgerBatch Batch(int from, int count, int daysAgo = 0) => new(
        new Dictionary<DateOnly, List<ReadOnlyMemory<byte>>> { [s_day.AddDays(-daysAgo)] = [.. Enumerable.Range(from, count).Select(static i => (ReadOnlyMemory<byte>)Line(i))] },
        [],
        new Dictionary<string, long> { ["writer"] = from + count });

    private async Task<RedisLedgerStore> StartAsync(string kind)
    {
        ILedgerBlocks blocks;
        if (kind == "redis")
        {
            _redis = await RedisServer.StartAsync();
            _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redis.Port}");
            blocks = new RedisLedgerBlocks(_connection, Options.Create(_options), TimeProvider.System);
        }
        else
        {
            var garnet = _garnet = EmbeddedGarnet.Start(Path.Combine(_folder.FullName, "garnet"));
            _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{garnet.Port},password={garnet.Password}");
            blocks = new FileLedgerBlocks(Blocks);
        }

        return new RedisLedgerStore(_connection, blocks, Options.Create(_options), TimeProvider.System, NullLogger<RedisLedgerStore>.Instance);
    }
}
