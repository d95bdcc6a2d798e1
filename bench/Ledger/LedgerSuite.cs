using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Bench.Gateway;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Ledger.Journal;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Bench.Ledger;

/// <summary>What the ledger costs: an entry, entries a second to the store, and the gateway's answers with it on and off, which alternate in one host.</summary>
internal sealed class LedgerSuite : ISuite
{
    private const int Entries = 50_000;
    private const int Warmup = 500;
    private const int Samples = 5000;

    public string Name => "ledger";

    public string Summary => "Time of an entry, entries a second to the store, and the gateway's p99 with the ledger on over off";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        Append(context);
        using var upstream = new MockUpstream();
        var data = Directory.CreateTempSubdirectory("orleansllm-bench-");
        try
        {
            var host = await AllInOneHost.StartAsync(
                new HostSettings
                {
                    Urls = "http://127.0.0.1:0",
                    DataDirectory = data.FullName,
                    LogToConsole = false,
                    Overrides = new Dictionary<string, string?>
                    {
                        ["OrleansLlm:Inference:ModelsDirectory"] = context.ModelsDirectory,
                        ["OrleansLlm:Providers:mock:Endpoint"] = upstream.Endpoint,
                        ["OrleansLlm:Risk:ShadowShare"] = "0",
                    },
                },
                cancellationToken);
            await using (host)
            {
                var ledger = host.Services.GetRequiredService<LedgerWriter>();
                await DeliverAsync(context, ledger, cancellationToken);
                using var client = new LoadClient(host.Urls.First().TrimEnd('/') + "/v1");
                await CompareAsync(context, ledger, client, "exact-hit", stream: false);
                await CompareAsync(context, ledger, client, "exact-hit-stream", stream: true);
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }

        return 0;
    }

    private void Append(SuiteContext context)
    {
        var folder = Directory.CreateTempSubdirectory("orleansllm-bench-");
        try
        {
            using var journal = LedgerJournal.Create(folder.FullName, "bench", TimeProvider.System, NullLogger.Instance);
            var entry = Entry("bench");
            for (var i = 0; i < 2000; i++)
                journal.Append(entry);
            var times = new double[Entries];
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Entries; i++)
            {
                var began = Stopwatch.GetTimestamp();
                journal.Append(entry);
                times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }

            context.Report(Name, "append.rate", Entries / Stopwatch.GetElapsedTime(started).TotalSeconds, "1/s", Entries);
            Array.Sort(times);
            context.Report(Name, "append.p50", times[Entries / 2], "us", Entries);
            context.Report(Name, "append.p99", times[Entries * 99 / 100], "us", Entries);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Through the grain into the embedded store.
    private async Task DeliverAsync(SuiteContext context, LedgerWriter ledger, CancellationToken cancellationToken)
    {
        var entry = Entry("bench");
        for (var i = 0; i < 2000; i++)
            ledger.Record(entry);
        await ledger.FlushAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Entries; i++)
            ledger.Record(entry);
        await ledger.FlushAsync(cancellationToken);
        context.Report(Name, "delivered.rate", Entries / Stopwatch.GetElapsedTime(started).TotalSeconds, "1/s", Entries);
    }

    // The shortest answers there are: what the ledger adds shows most in them. Every other one is without it.
    private async Task CompareAsync(SuiteContext context, LedgerWriter ledger, LoadClient client, string metric, bool stream)
    {
        var body = LoadClient.Body($"Which documents prove the address of a new customer ({metric})?", stream);
        await client.SendAsync(body);
        var (on, off) = (new List<double>(Samples), new List<double>(Samples));
        for (var i = 0; i < 2 * (Warmup + Samples); i++)
        {
            ledger.IsOff = i % 2 == 1;
            var (milliseconds, cache) = await client.SendAsync(body);
            if (cache != "exact")
                throw new InvalidDataException($"the cache said '{cache}', not 'exact'");
            if (i >= 2 * Warmup)
                (ledger.IsOff ? off : on).Add(milliseconds);
        }

        ledger.IsOff = false;
        on.Sort();
        off.Sort();
        foreach (var p in new[] { 50, 99 })
        {
            var (with, without) = (on[(Samples * p / 100) - 1], off[(Samples * p / 100) - 1]);
            context.Report(Name, $"{metric}.on.p{p}", with, "ms", Samples);
            context.Report(Name, $"{metric}.off.p{p}", without, "ms", Samples);
            context.Report(Name, $"{metric}.p{p}.ratio", with / without, "", Samples);
        }
    }

    private static LedgerEntry Entry(string tenant) => new()
    {
        RequestId = "req_0199f5f0c0de7000a000000000000001",
        TenantId = tenant,
        At = TimeProvider.System.GetUtcNow(),
        RequestedModel = "auto",
        BaselineModel = "gpt-4o",
        UsedModel = "gpt-4o-mini",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 1200,
        Usage = new TokenUsage(800, 120, 256),
        CompletionTokensServed = 120,
        CostUsd = 0.000192m,
        BaselineUsd = 0.0042m,
        Saved = new SavingsBreakdown(0m, 0.0039m, 0.000108m),
        RouteScore = 0.91,
        RouteReason = "Simple",
        PriceVersion = "2026-11-23",
        Times = new LayerTimes(1.2, 0.4, 5.1, 812.3, 820.2),
    };
}
