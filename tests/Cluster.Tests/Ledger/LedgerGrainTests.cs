using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Ledger;
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
        var batch = Batch(Enumerable.Range(0, 50));
        await ledger.AppendAsync(batch);
        await ledger.AppendAsync(batch);
        await ledger.AppendAsync(Batch(Enumerable.Range(40, 20)));

        var total = await TotalAsync(ledger);
        Assert.Equal(60, total.Requests);
        Assert.Equal(60 * 0.001m, total.CostUsd);
    }

    [Fact]
    public async Task Append_SameBatchAfterRestart_CountsOnce()
    {
        // Beyond a snapshot's interval, so that both the snapshot and the entries behind it are read again.
        await using (var host = await StartAsync())
        {
            var ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
            foreach (var chunk in Enumerable.Range(0, 4500).Chunk(500))
                await ledger.AppendAsync(Batch(chunk));
            Assert.Equal(4500, (await TotalAsync(ledger)).Requests);
        }

        await using var again = await StartAsync();
        var reopened = again.Services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("tenant");
        await reopened.AppendAsync(Batch(Enumerable.Range(4400, 100)));
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
    public async Task Totals_OfAnotherTenant_StayApart()
    {
        await using var host = await StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<ILedgerGrain>("one").AppendAsync(Batch([1, 2]));
        Assert.Equal(0, (await TotalAsync(grains.GetGrain<ILedgerGrain>("two"))).Requests);
    }

    private static async Task<LedgerSums> TotalAsync(ILedgerGrain ledger) =>
        LedgerTotals.FromUtf8Json(await ledger.TotalsAsync()).Report(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue).Total;

    private static byte[] Batch(IEnumerable<int> ids) => Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => Encoding.UTF8.GetString(
        JsonSerializer.SerializeToUtf8Bytes(Entry(id), LedgerJson.Default.LedgerEntry)) + "\n")));

    private static LedgerEntry Entry(int id) => new()
    {
        RequestId = "req_" + id,
        TenantId = "tenant",
        At = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
        RequestedModel = "gpt-4o",
        BaselineModel = "gpt-4o",
        UsedModel = "gpt-4o",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 100,
        Usage = new TokenUsage(100, 10),
        CompletionTokensServed = 10,
        CostUsd = 0.001m,
        BaselineUsd = 0.001m,
        Saved = default,
    };

    private Task<AllInOneHost> StartAsync() => AllInOneHost.StartAsync(
        new HostSettings { Urls = "http://127.0.0.1:0", DataDirectory = _data.FullName, LogToConsole = false }, TestContext.Current.CancellationToken);
}
