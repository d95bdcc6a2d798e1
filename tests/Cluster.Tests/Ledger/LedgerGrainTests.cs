using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>The ledger grain on the real store.</summary>
public sealed class LedgerGrainTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orleansllm-test-");

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        _data.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task Append_SameBatchTwice_CountsOnce()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        var batch = Batch(Enumerable.Range(1, 50));
        await ledger.AppendAsync(batch);
        await ledger.AppendAsync(batch);
        await ledger.AppendAsync(Batch(Enumerable.Range(41, 20)));

        var total = await TotalAsync(ledger);
        Assert.Equal(60, total.Requests);
        Assert.Equal(60 * 0.001m, total.CostUsd);
    }

    [Fact]
    public async Task Append_SameBatchAfterRestart_CountsOnce()
    {
        await using (var host = await StartAsync())
        {
            var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
            foreach (var chunk in Enumerable.Range(1, 4500).Chunk(500))
                await ledger.AppendAsync(Batch(chunk));
            Assert.Equal(4500, (await TotalAsync(ledger)).Requests);
        }

        await using var again = await StartAsync();
        var reopened = again.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await reopened.AppendAsync(Batch(Enumerable.Range(4401, 100)));
        var total = await TotalAsync(reopened);
        Assert.Equal(4500, total.Requests);
        Assert.Equal(4500 * 0.001m, total.CostUsd);
    }

    [Fact]
    public async Task Append_UnreadableLine_TheRestCounts()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await ledger.AppendAsync([.. "{\"not\":\n"u8, .. Batch([1])]);
        Assert.Equal(1, (await TotalAsync(ledger)).Requests);
    }

    [Fact]
    public async Task Totals_DayThatIsOnlyRead_IsNotKept()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        Assert.Equal(0, (await TotalAsync(ledger)).Requests);
        // What is read again was not in memory any more.
        var other = await host.Services.GetRequiredService<ILedgerStore>().OpenAsync("tenant", TestContext.Current.CancellationToken);
        Assert.True(await other.AppendAsync(Added(other, 1), TestContext.Current.CancellationToken));
        Assert.Equal(1, (await TotalAsync(ledger)).Requests);
    }

    [Fact]
    public async Task Append_ManyDays_EachKeepsItsSums()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        // More than are kept, each written to twice, the second time in the other order.
        foreach (var (id, day) in Enumerable.Range(0, 6).Concat(Enumerable.Range(0, 6).Reverse()).Select(static (day, i) => (i + 1, day)))
            await ledger.AppendAsync(Batch(TestEntry.Of(id) with { At = TestEntry.Of(id).At.AddDays(day) }));
        var totals = LedgerTotals.FromUtf8Json(await ledger.TotalsAsync(DateOnly.MinValue, DateOnly.MaxValue)).Report(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        Assert.Equal(Enumerable.Repeat(2L, 6), totals.ByDay.Select(static d => d.Sums.Requests));
        Assert.Equal(12 * 0.001m, totals.Total.CostUsd);
    }

    [Fact]
    public async Task Totals_OfAnotherTenant_StayApart()
    {
        await using var host = await StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<ILedgerGrain>("one").AppendAsync(Batch([1, 2]));
        Assert.Equal(0, (await TotalAsync(grains.GetGrain<ILedgerGrain>("two"))).Requests);
    }

    [Fact]
    public async Task Read_AppendedEntries_ComeInOrderInPieces()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await ledger.AppendAsync(Batch(Enumerable.Range(1, 30)));
        await ledger.AppendAsync(Batch(Enumerable.Range(20, 15)));
        var day = new DateOnly(2026, 11, 1);
        var read = new List<long>();
        while (LedgerLine.Split(await ledger.ReadAsync(day, read.Count, 7)) is { Count: > 0 } lines)
            read.AddRange(lines.Select(l => LedgerLine.Read(l.Span)!.Sequence));
        Assert.Equal(Enumerable.Range(1, 34).Select(i => (long)i), read);
        Assert.Empty(await ledger.ReadAsync(day.AddDays(1), 0, 7));
    }

    [Fact]
    public async Task Append_AfterALaterOpening_WritesNothing()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<ILedgerStore>();
        var first = await store.OpenAsync("tenant", TestContext.Current.CancellationToken);
        var second = await store.OpenAsync("tenant", TestContext.Current.CancellationToken);
        Assert.False(await first.AppendAsync(Added(first, 1), TestContext.Current.CancellationToken));
        Assert.True(await second.AppendAsync(Added(second, 1), TestContext.Current.CancellationToken));

        // The grain opens it anew, finds the entry there and counts it once.
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await ledger.AppendAsync(Batch([1, 2]));
        Assert.Equal(2, (await TotalAsync(ledger)).Requests);
        Assert.False(await second.AppendAsync(Added(second, 3), TestContext.Current.CancellationToken));
        Assert.Equal(2, (await store.ReadAsync("tenant", new DateOnly(2026, 11, 1), 0, 10, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Append_WhileAnotherOpeningTookOver_IsRefusedOnceThenCounts()
    {
        await using var host = await StartAsync();
        var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await ledger.AppendAsync(Batch([1]));
        await host.Services.GetRequiredService<ILedgerStore>().OpenAsync("tenant", TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => ledger.AppendAsync(Batch([2])));
        await ledger.AppendAsync(Batch([2]));
        Assert.Equal(2, (await TotalAsync(ledger)).Requests);
    }

    private static LedgerBatch Added(ILedgerLog log, int id)
    {
        var book = new LedgerBook(log.Marks);
        book.Load(LedgerBook.DayOf(TestEntry.Of(id)), []);
        return book.Add([(TestEntry.Of(id), Batch([id]).AsMemory()[..^1])]);
    }

    private static async Task<LedgerSums> TotalAsync(ILedgerGrain ledger) =>
        LedgerTotals.FromUtf8Json(await ledger.TotalsAsync(DateOnly.MinValue, DateOnly.MaxValue)).Report(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue).Total;

    private static byte[] Batch(IEnumerable<int> ids) => Batch([.. ids.Select(TestEntry.Of)]);

    private static byte[] Batch(params LedgerEntry[] entries) => Encoding.UTF8.GetBytes(string.Concat(entries.Select(static e => Encoding.UTF8.GetString(
        JsonSerializer.SerializeToUtf8Bytes(e, LedgerJson.Default.LedgerEntry)) + "\n")));

    private Task<AllInOneHost> StartAsync() => AllInOneHost.StartAsync(
        new HostSettings { Urls = "http://127.0.0.1:0", DataDirectory = _data.FullName, LogToConsole = false }, TestContext.Current.CancellationToken);
}
