using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Replay;

/// <summary>
/// Sends a log through the real gateway (its own host, an empty cache, the real models) in the log's order, with recorded answers in
/// place of the providers.
/// </summary>
internal static class ReplayRunner
{
    private const string Tenant = "replay";
    private const int ReadChunk = 1000;

    /// <summary>Replays <paramref name="path"/>.</summary>
    /// <param name="path">The log.</param>
    /// <param name="settings">The user's settings; data and addresses are replaced by passing ones.</param>
    /// <param name="routeExplicit">Whether models named in the log are routed as if their tenant had mapped them to <c>auto</c>.</param>
    /// <param name="progress">Told after every request: how many are done, and of how many.</param>
    /// <param name="cancellationToken">Ends the replay early.</param>
    public static async Task<ReplayRun> RunAsync(
        string path, HostSettings settings, bool routeExplicit, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var stopwatch = Stopwatch.StartNew();
        var (records, problems, span) = await ReadAsync(path, cancellationToken);
        // By request, not by text: compression changes the text on its way.
        var replies = new Dictionary<string, RecordedReply>(StringComparer.Ordinal);
        var simulated = false;
        foreach (var (record, _) in records)
        {
            if (record.Answer is { } answer)
                replies.Add(IdOf(record), new RecordedReply(answer, CompletionTokens: record.Usage?.CompletionTokens, CachedTokens: record.Usage?.CachedTokens ?? 0, ReasoningTokens: record.Usage?.ReasoningTokens ?? 0));
            else
                simulated = true;
        }

        var data = Directory.CreateTempSubdirectory("orleansllm-replay-");
        try
        {
            await using var host = await AllInOneHost.StartAsync(
                settings with
                {
                    Urls = "http://127.0.0.1:0",
                    DataDirectory = data.FullName,
                    LogToConsole = false,
                    Overrides = Overrides(settings, records, routeExplicit),
                    WrapUpstreams = (services, _) => new RecordedCatalog(
                        replies, services.GetRequiredService<UpstreamFactory>().CreateSimulator(UpstreamCatalog.SimulatorName, new ProviderOptions()), TimeProvider.System),
                },
                cancellationToken);
            for (var i = 0; i < records.Count; i++)
            {
                await SendAsync(host.Services, records[i].Record, records[i].Chat, cancellationToken);
                progress(i + 1, records.Count);
            }

            return new ReplayRun
            {
                Source = Path.GetFileName(path),
                Entries = await EntriesAsync(host.Services, cancellationToken),
                Problems = problems,
                Span = span,
                Simulated = simulated,
                PriceVersion = host.Services.GetRequiredService<PriceCatalog>().Version,
                Elapsed = stopwatch.Elapsed,
            };
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(List<(LoggedRequest Record, ChatRequest Chat)> Records, List<LogLineProblem> Problems, LogSpan Span)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var records = new List<(LoggedRequest Record, ChatRequest Chat)>();
        var problems = new List<LogLineProblem>();
        var span = new LogSpan();
        await using var log = File.OpenRead(path);
        await foreach (var line in RequestLog.ReadAsync(log, cancellationToken: cancellationToken))
        {
            if (line.Problem is { } problem)
                problems.Add(problem);
            else if (ChatRequestReader.Read(line.Record!.Body, null, out var chat) is { } wrong)
                problems.Add(new LogLineProblem(line.Record.Line, wrong.Message));
            else
            {
                records.Add((line.Record, chat!));
                span.Add(line.Record.Timestamp);
            }
        }

        return (records, problems, span);
    }

    // A tenant of its own, with every layer on; its key is random, so that nobody can come in by the port.
    private static Dictionary<string, string?> Overrides(HostSettings settings, List<(LoggedRequest Record, ChatRequest Chat)> records, bool routeExplicit)
    {
        var prefix = $"OrleansLlm:Tenants:{Tenant}:";
        var overrides = new Dictionary<string, string?>
        {
            [prefix + "KeyHashes:0"] = RandomHash(),
            [prefix + "Cache"] = "On",
            [prefix + "Routing"] = "On",
            [prefix + "Compression"] = "On",
            // Nothing of a gateway that runs by the same settings: its store and ports, its books, its alerts.
            ["OrleansLlm:Store:Redis"] = null,
            ["OrleansLlm:Cluster:SiloPort"] = "0",
            ["OrleansLlm:Cluster:GatewayPort"] = "0",
            ["OrleansLlm:Ledger:JournalDirectory"] = null,
            ["OrleansLlm:Ledger:PostgresVariable"] = null,
            ["OrleansLlm:Ledger:PostgresFile"] = null,
            ["OrleansLlm:Budgets:WebhookUrl"] = null,
            // Sampled checks of hits and routes are no part of a log's bill, and recorded answers have none to give.
            ["OrleansLlm:Risk:ShadowShare"] = "0",
            ["OrleansLlm:Risk:CompareShare"] = "0",
            ["OrleansLlm:Routing:ShadowShare"] = "0",
            ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:00",
            ["OrleansLlm:Simulator:TokensPerSecond"] = "0",
        };
        // Beside a tenant with a key none may be without one.
        foreach (var configured in GatewayHostDefaults.CreateBuilder(settings).Configuration.GetSection("OrleansLlm:Tenants").GetChildren())
            overrides[$"{configured.Path}:KeyHashes:{Tenant}"] = RandomHash();
        if (!routeExplicit)
            return overrides;
        var models = records.Select(r => r.Chat.Model).Where(m => RouteAliases.Parse(m) == RouteAlias.None).Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, model) in models.Index())
            overrides[$"{prefix}MapToAuto:{index}"] = model;
        return overrides;
    }

    private static string RandomHash() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string IdOf(LoggedRequest record) => "replay-" + record.Line;

    private static async Task SendAsync(IServiceProvider services, LoggedRequest record, ChatRequest chat, CancellationToken cancellationToken)
    {
        var admission = Admission.Of(
            IdOf(record), services.GetRequiredService<TenantDirectory>().PolicyOf(Tenant), chat, record.Body.ToArray(), null, RequestControls.Default, Caller.None);
        await services.GetRequiredService<IGrainFactory>().GetGrain<IGatewayGrain>(admission.GrainKey).CompleteAsync(admission.Request, cancellationToken);
    }

    private static async Task<List<LedgerEntry>> EntriesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<LedgerWriter>().FlushAsync(cancellationToken);
        var store = services.GetRequiredService<ILedgerStore>();
        var entries = new List<LedgerEntry>();
        // A long replay may pass midnight.
        var today = DateOnly.FromDateTime(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        for (var day = today.AddDays(-1); day <= today; day = day.AddDays(1))
        {
            IReadOnlyList<ReadOnlyMemory<byte>> chunk;
            var read = 0;
            do
            {
                chunk = await store.ReadAsync(Tenant, day, read, ReadChunk, cancellationToken);
                entries.AddRange(chunk.Select(e => JsonSerializer.Deserialize(e.Span, LedgerJson.Default.LedgerEntry)!));
                read += chunk.Count;
            }
            while (chunk.Count == ReadChunk);
        }

        return entries;
    }
}
