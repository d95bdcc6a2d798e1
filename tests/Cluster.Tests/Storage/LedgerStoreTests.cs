using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>Ledgers on a real Redis and on the embedded store, beside which entries are files.</summary>
public sealed class LedgerStoreTests : IAsyncLifetime
{
    private const string Tenant = "../a tenant/of: any name";

    private static readonly DateOnly s_day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static readonly string[] s_ofEntries = [":entries:", ":block:", ":packed:"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-ledger-");
    private readonly LedgerOptions _options = new();
    private readonly FileSync _sync = new(TimeProvider.System, NullLogger<FileSync>.Instance);
    private EmbeddedGarnet? _garnet;
    private RedisServer? _redis;
    private ConnectionMultiplexer? _connection;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Entries => Path.Combine(_folder.FullName, "entries");

    // Of the tenant's only day, or of all.
    private IEnumerable<string> Files => Directory.EnumerateFiles(Entries, "*", SearchOption.AllDirectories).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await (_connection?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
        _garnet?.Dispose();
        _sync.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Read_OfADayOfBlocksAndLatest_GivesEachEntryInOrder(string kind)
    {
        var store = await StartAsync(kind);
        // As an older version left it: a list alone, longer than a block.
        await _connection!.GetDatabase().ListRightPushAsync(new RedisLedgerKeys(Tenant).Entries(s_day), [.. Enumerable.Range(0, 2300).Select(static i => (RedisValue)Line(i))]);
        var log = await store.OpenAsync(Tenant, Cancel);
        for (var at = 2300; at < 4450; at += 43)
            Assert.True(await log.AppendAsync(Batch(at, 43), Cancel));
        const int All = 4450;

        Assert.Equal(kind == "redis" ? 450 : 0, await _connection.GetDatabase().ListLengthAsync(new RedisLedgerKeys(Tenant).Entries(s_day)));
        if (kind == "garnet")
            Assert.Equal(["000000-1000.jsonl.gz", "000001-1000.jsonl.gz", "000002-1000.jsonl.gz", "000003-1000.jsonl.gz", "000004.1.jsonl"], Files);
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
    public async Task Append_AfterADayIsOver_LeavesItInBlocksAlone(string kind)
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

        // What comes late follows, and is packed with what was there, at once or by the next opening.
        await log.AppendAsync(Batch(30, 20, daysAgo: 1), Cancel);
        Assert.Equal(Enumerable.Range(0, 50), await ReadAsync(store, 0, 1000, daysAgo: 1));
        Assert.Equal(Enumerable.Range(25, 10), await ReadAsync(store, 25, 10, daysAgo: 1));
        var later = await store.OpenAsync(Tenant, Cancel);
        await later.AppendAsync(Batch(2, 1), Cancel);
        Assert.False(await _connection.GetDatabase().KeyExistsAsync(keys.Entries(s_day.AddDays(-1))));
        Assert.Equal(Enumerable.Range(0, 50), await ReadAsync(store, 0, 1000, daysAgo: 1));
        await later.AppendAsync(Batch(50, 2000, daysAgo: 1), Cancel);
        Assert.Equal(kind == "redis" ? 50 : 0, await _connection.GetDatabase().ListLengthAsync(keys.Entries(s_day.AddDays(-1))));
        Assert.Equal(Enumerable.Range(0, 2050), await ReadAsync(store, 0, 3000, daysAgo: 1));
        if (kind == "garnet")
            Assert.Equal(["000000.2.jsonl"], Files.Where(static f => !f.EndsWith(".gz", StringComparison.Ordinal)));
    }

    /// <summary>Days to which nobody adds any more, the process having been started anew meanwhile.</summary>
    [Fact]
    public async Task Append_AfterADayWasLeftOpen_PacksIt()
    {
        var store = await StartAsync("garnet", at: TimeSpan.FromDays(-2));
        await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 1500, daysAgo: 2), Cancel);
        Assert.Equal(["000000-1000.jsonl.gz", "000001.1.jsonl"], Files);
        var later = Store(NewFileEntries());
        await (await later.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 1), Cancel);
        Assert.Equal(["000000-1000.jsonl.gz", "000000.2.jsonl", "000001-0500.jsonl.gz"], Files);
        Assert.Equal(Enumerable.Range(0, 1500), await ReadAsync(later, 0, 2000, daysAgo: 2));
    }

    /// <summary>The day may end between any two looks at the clock.</summary>
    [Fact]
    public async Task Append_WhileADayEnds_KeepsEachEntry()
    {
        _ = await StartAsync("garnet");
        for (var looks = 1; looks <= 12; looks++)
        {
            var time = new MidnightTime();
            var store = Store(NewFileEntries(time));
            var tenant = "tenant " + looks.ToString(CultureInfo.InvariantCulture);
            var log = await store.OpenAsync(tenant, Cancel);
            time.EndsAfter(looks);
            Assert.True(await log.AppendAsync(Batch(0, 500), Cancel));
            Assert.True(await log.AppendAsync(Batch(500, 1), Cancel));
            Assert.Equal((looks, 501), (looks, (await store.ReadAsync(tenant, s_day, 0, 1000, Cancel)).Count));
        }
    }

    /// <summary>Whoever was fenced off writes what it had in hand, over and over, and none of it counts.</summary>
    [Fact]
    public async Task Append_ByAFencedOpening_ChangesNothing()
    {
        var store = await StartAsync("garnet");
        var fenced = await store.OpenAsync(Tenant, Cancel);
        await fenced.AppendAsync(Batch(0, 700), Cancel);
        var log = await store.OpenAsync(Tenant, Cancel);
        Assert.False(await fenced.AppendAsync(Batch(100_000, 200), Cancel));
        await log.AppendAsync(Batch(700, 200), Cancel);
        Assert.False(await (await AnotherAsync(1)).AppendAsync(Batch(100_000, 500), Cancel));
        await log.AppendAsync(Batch(900, 1200), Cancel);
        Assert.False(await (await AnotherAsync(1)).AppendAsync(Batch(100_000, 500), Cancel));
        Assert.Equal(Enumerable.Range(0, 2100), await ReadAsync(store, 0, 3000));

        // As the first opening would go on, had it not written before.
        async Task<RedisLedgerLog> AnotherAsync(long number)
        {
            var epoch = new RedisLedgerEpoch(_connection!.GetDatabase(), new RedisLedgerKeys(Tenant).Epoch, number);
            return new RedisLedgerLog(Tenant, epoch, await NewFileEntries().OpenAsync(Tenant, epoch), new Dictionary<string, long>(), _options, TimeProvider.System);
        }
    }

    /// <summary>
    /// A store that is killed may forget what it was told last, the number of the latest opening too; files know more than it then. Whatever is appended, opened
    /// or taken back in which order, what counts is read, and nothing else.
    /// </summary>
    [Fact]
    public async Task Append_WithAStoreThatForgets_KeepsWhatItRemembers()
    {
        var store = await StartAsync("garnet");
        var database = _connection!.GetDatabase();
        var keys = new RedisLedgerKeys(Tenant);
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            await database.KeyDeleteAsync([keys.Epoch, keys.Packed(s_day), keys.Marks]);
            if (Directory.Exists(Entries))
                Directory.Delete(Entries, recursive: true);
            List<int> expected = [];
            Stack<(RedisValue Epoch, RedisValue Packed, int Count)> states = new();
            var log = await store.OpenAsync(Tenant, Cancel);
            var next = 0;
            for (var step = 0; step < 40; step++)
            {
                switch (random.Next(6))
                {
                    case 0:
                        log = await store.OpenAsync(Tenant, Cancel);
                        break;
                    case 1 when states.Count > 0:
                        for (var back = random.Next(Math.Min(4, states.Count)); back > 0; back--)
                            states.Pop();
                        var (epoch, packed, count) = states.Peek();
                        await database.StringSetAsync([new(keys.Epoch, epoch), new(keys.Packed(s_day), packed)]);
                        expected.RemoveRange(count, expected.Count - count);
                        // The process began anew.
                        log = await store.OpenAsync(Tenant, Cancel);
                        break;
                    default:
                        var added = random.Next(4) == 0 ? random.Next(2500) : random.Next(1, 400);
                        Assert.True(await log.AppendAsync(Batch(next, added), Cancel));
                        expected.AddRange(Enumerable.Range(next, added));
                        next += added;
                        states.Push((await database.StringGetAsync(keys.Epoch), await database.StringGetAsync(keys.Packed(s_day)), expected.Count));
                        break;
                }

                Assert.Equal(expected, await ReadAsync(store, 0, 100_000));
                if (expected.Count > 0)
                {
                    var from = random.Next(expected.Count);
                    Assert.Equal(expected.Skip(from).Take(1500), await ReadAsync(store, from, 1500));
                }
            }
        }
    }

    [Fact]
    public async Task Append_WhereNothingCanBeWritten_FailsUntilItCan()
    {
        var store = await StartAsync("garnet");
        await File.WriteAllTextAsync(Entries, "in the way", Cancel);
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 1500), Cancel));
        Assert.Empty(await ReadAsync(store, 0, 3000));
        File.Delete(Entries);
        Assert.True(await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 1500), Cancel));
        Assert.Equal(Enumerable.Range(0, 1500), await ReadAsync(store, 0, 3000));
    }

    [Fact]
    public async Task Append_WhereNoBlockCanBeWritten_KeepsEntriesUntilOneCan()
    {
        var store = await StartAsync("garnet");
        var log = await store.OpenAsync(Tenant, Cancel);
        await log.AppendAsync(Batch(0, 1), Cancel);
        var inTheWay = Path.Combine(Path.GetDirectoryName(Directory.EnumerateFiles(Entries, "*", SearchOption.AllDirectories).Single())!, "000000-1000.jsonl.gz");
        Directory.CreateDirectory(Path.Combine(inTheWay, "a file"));
        Assert.True(await log.AppendAsync(Batch(1, 1499), Cancel));
        Assert.True(await log.AppendAsync(Batch(1500, 1000), Cancel));
        Assert.Equal(Enumerable.Range(0, 2500), await ReadAsync(store, 0, 3000));
        Directory.Delete(inTheWay, recursive: true);
        // Another opening, too, packs what it finds.
        Assert.True(await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(2500, 1), Cancel));
        Assert.Equal(["000000-1000.jsonl.gz", "000001-1000.jsonl.gz", "000002.2.jsonl"], Files.Where(static f => !f.EndsWith(".new", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 2501), await ReadAsync(store, 0, 3000));
    }

    /// <summary>Sums hold what the entries were; what comes later is kept all the same.</summary>
    [Fact]
    public async Task Append_AfterTheLatestFileIsGone_GoesOn()
    {
        var store = await StartAsync("garnet");
        await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(0, 1200), Cancel);
        File.Delete(Directory.EnumerateFiles(Entries, "*.jsonl", SearchOption.AllDirectories).Single());
        Assert.Equal(Enumerable.Range(0, 1000), await ReadAsync(store, 0, 3000));
        await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(1200, 50), Cancel);
        Assert.Equal([.. Enumerable.Range(0, 1000), .. Enumerable.Range(1200, 50)], await ReadAsync(store, 0, 3000));
    }

    /// <summary>Whoever reads is told; whoever writes goes on without it, and leaves it to who can mend it.</summary>
    [Fact]
    public async Task Append_AfterABlockOfAPastDayWasDamaged_GoesOn()
    {
        var store = await StartAsync("garnet");
        var log = await store.OpenAsync(Tenant, Cancel);
        await log.AppendAsync(Batch(0, 500, daysAgo: 1), Cancel);
        var block = Directory.EnumerateFiles(Entries, "000000-0500.jsonl.gz", SearchOption.AllDirectories).Single();
        var noise = new byte[2000];
        new Random(3).NextBytes(noise);
        await File.WriteAllBytesAsync(block, noise, Cancel);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(store, 0, 1000, daysAgo: 1));

        Assert.True(await log.AppendAsync(Batch(500, 1, daysAgo: 1), Cancel));
        Assert.True(await log.AppendAsync(Batch(0, 1), Cancel));
        Assert.Equal([500], await ReadAsync(store, 0, 1000, daysAgo: 1));
        Assert.Equal([0], await ReadAsync(store, 0, 1000));
        Assert.Equal(noise, await File.ReadAllBytesAsync(block + ".damaged", Cancel));
    }

    /// <summary>A power cut: files lack what the store was told of, at their ends or from zeros on.</summary>
    [Theory]
    [InlineData(2000, 3200, false)]
    [InlineData(2000, 3200, true)]
    [InlineData(3000, 3200, false)]
    public async Task Append_AfterFilesLostTheirEnds_GoesOnBehindWhatIsLeft(int kept, int written, bool zeros)
    {
        var store = await StartAsync("garnet");
        var log = await store.OpenAsync(Tenant, Cancel);
        await log.AppendAsync(Batch(0, 1), Cancel);
        var folder = Path.GetDirectoryName(Directory.EnumerateFiles(Entries, "*", SearchOption.AllDirectories).Single())!;
        // Blocks that cannot be packed before it.
        for (var block = kept / 1000; block < 4; block++)
            Directory.CreateDirectory(Path.Combine(folder, $"00000{block}-1000.jsonl.gz", "a file"));
        await log.AppendAsync(Batch(1, written - 1), Cancel);
        var torn = Path.Combine(folder, $"00000{kept / 1000}.1.jsonl");
        var bytes = await File.ReadAllBytesAsync(torn, Cancel);
        var left = bytes[..(bytes.Length / 2)];
        var lines = LedgerLine.Split(left).Count;
        await File.WriteAllBytesAsync(torn, zeros ? [.. left, .. new byte[bytes.Length - left.Length - 1], (byte)'\n'] : left, Cancel);
        Assert.Equal(Enumerable.Range(0, kept + lines), await ReadAsync(store, 0, 5000));
        for (var block = kept / 1000; block < 4; block++)
            Directory.Delete(Path.Combine(folder, $"00000{block}-1000.jsonl.gz"), recursive: true);

        await (await store.OpenAsync(Tenant, Cancel)).AppendAsync(Batch(written, 1500), Cancel);
        Assert.Equal([.. Enumerable.Range(0, kept + lines), .. Enumerable.Range(written, 1500)], await ReadAsync(store, 0, 10_000));
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
        var files = new LedgerEntryFiles(Entries, _sync, NullLogger<LedgerEntryFiles>.Instance);
        DateOnly[] days = [s_day, s_day.AddDays(-35), s_day.AddDays(-36), s_day.AddDays(-400)];
        foreach (var day in days)
            files.Of(Tenant, day).Append(0, 1, 0, [Line(7)]);
        Directory.CreateDirectory(Path.Combine(Entries, "not a day"));
        var shards = new FileShardStore(Path.Combine(_folder.FullName, "shards"), _sync);
        using var retention = new FileRetention(files, Options.Create(_options), shards, TimeSpan.FromDays(8), TimeProvider.System, NullLogger<FileRetention>.Instance);
        await retention.StartAsync(Cancel);
        while (Directory.EnumerateDirectories(Entries).Count() > 3)
            await Task.Delay(20, Cancel);
        await retention.StopAsync(Cancel);
        foreach (var day in days)
            Assert.Equal(day >= s_day.AddDays(-35), files.Of(Tenant, day).Find(0, 1, 1).Count > 0);
        Assert.True(Directory.Exists(Path.Combine(Entries, "not a day")));
    }

    private static async Task<List<int>> ReadAsync(RedisLedgerStore store, long from, int count, int daysAgo = 0) =>
        [.. (await store.ReadAsync(Tenant, s_day.AddDays(-daysAgo), from, count, Cancel)).Select(static l => int.Parse(Encoding.UTF8.GetString(l.Span)[5..^1], CultureInfo.InvariantCulture))];

    private static byte[] Line(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"i":{{i}}}"""));

    private static LedgerBatch Batch(int from, int count, int daysAgo = 0) => new(
        new Dictionary<DateOnly, List<ReadOnlyMemory<byte>>> { [s_day.AddDays(-daysAgo)] = [.. Enumerable.Range(from, count).Select(static i => (ReadOnlyMemory<byte>)Line(i))] },
        [],
        new Dictionary<string, long> { ["writer"] = from + count });

    private async Task<RedisLedgerStore> StartAsync(string kind, TimeSpan at = default)
    {
        if (kind == "redis")
        {
            _redis = await RedisServer.StartAsync();
            _connection = await _redis.ConnectAsync();
            return Store(new RedisLedgerEntries(_connection, Options.Create(_options), TimeProvider.System));
        }

        var garnet = _garnet = EmbeddedGarnet.Start(Path.Combine(_folder.FullName, "garnet"), NullLoggerFactory.Instance);
        _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{garnet.Port},password={garnet.Password}");
        return Store(NewFileEntries(at));
    }

    private FileLedgerEntries NewFileEntries(TimeSpan at = default) => NewFileEntries(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + at));

    private FileLedgerEntries NewFileEntries(TimeProvider time) =>
        new(new LedgerEntryFiles(Entries, _sync, NullLogger<LedgerEntryFiles>.Instance), _connection!, Options.Create(_options), time, NullLogger<FileLedgerEntries>.Instance);

    private RedisLedgerStore Store(ILedgerEntries entries) => new(_connection!, entries, Options.Create(_options), TimeProvider.System);

    /// <summary>Today until it was asked so often, tomorrow from then on.</summary>
    private sealed class MidnightTime : TimeProvider
    {
        private int _looks = int.MaxValue;

        public void EndsAfter(int looks) => _looks = looks;

        public override DateTimeOffset GetUtcNow() => new(s_day.AddDays(_looks-- > 0 ? 0 : 1), default, TimeSpan.Zero);
    }
}
