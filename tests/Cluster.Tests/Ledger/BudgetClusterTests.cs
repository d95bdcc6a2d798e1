using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orleans.Configuration;
using Orleans.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>Hard caps over three silos as processes of their own on one real Redis, of which the one that keeps the budget is killed.</summary>
public sealed class BudgetClusterTests(ITestOutputHelper output)
{
    private const int Requests = 10_000;
    private const int MostTokens = 100;
    private const int MostTokensOfTheLast = 2000;
    private const decimal Cap = 2m;
    private const int KillAfter = 600;
    private const int MostAttempts = 60;
    private const string Tenant = "acme";

    // The first answer that is neither one nor a refusal.
    private string? _strange;

    [Fact]
    public async Task Ask_TenThousandAtOnceAndASiloKilled_NeverOverspendsAndRefusesNothingThatFits()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await CostingUpstream.StartAsync(TimeSpan.FromMilliseconds(200));
        await using var a = await StartAsync(redis, upstream);
        // The budget's grain now lives in the only silo there is; that one is killed.
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(a, "The first question.", MostTokens)).Status);
        await using var b = await StartAsync(redis, upstream);
        await using var c = await StartAsync(redis, upstream);

        var started = Stopwatch.GetTimestamp();
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var repeated = new ConcurrentDictionary<int, bool>();
        var refused = new ConcurrentBag<int>();
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var killing = KillAsync(a, upstream, decided.Token);
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
        {
            GatewayProgram[] silos = [a, b, c];
            for (var attempt = 0; ; attempt++)
            {
                // Whoever was refused service, or lost the silo, asks another one, as a client would.
                var silo = attempt == 0 ? silos[i % 3] : silos[1 + ((i + attempt) % 2)];
                var status = (HttpStatusCode)0;
                try
                {
                    (status, _) = await AskAsync(silo, Question(i), MostTokens);
                }
                catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
                {
                }

                statuses.AddOrUpdate(status, 1, static (_, n) => n + 1);
                if (status == HttpStatusCode.TooManyRequests)
                    refused.Add(i);
                if (status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests)
                    return;
                repeated[i] = true;
                // The silos' output is megabytes by now: it is put together once, for the report, and not at every attempt.
                if (attempt == MostAttempts)
                    Assert.Fail($"request {i} was never decided: {b.Output}");
                await Task.Delay(Backoff(attempt), TestContext.Current.CancellationToken);
            }
        }));
        var took = Stopwatch.GetElapsedTime(started);
        await decided.CancelAsync();
        Assert.True(await killing, $"the provider was asked {upstream.Calls} times: {string.Join(", ", statuses.Select(s => $"{(int)s.Key} x {s.Value}"))}; {upstream.BilledUsd} USD; {_strange}");
        Assert.True(upstream.BilledUsd <= Cap, $"{upstream.BilledUsd} of {Cap} USD were spent");

        await using var client = await ClientAsync(redis);
        var budget = client.Cluster.GetGrain<IBudgetGrain>(Tenant);
        var quiet = await QuietAsync(budget);
        // What the killed silo had under way counts at its maximum: no less than was billed, and never more than the cap.
        Assert.InRange(quiet.SpentUsd + quiet.ReservedUsd, upstream.BilledUsd, Cap);
        Assert.NotEmpty(refused);
        Assert.DoesNotContain(refused, i => !repeated.ContainsKey(i) && upstream.WasAsked(Question(i)));

        // What is left is spent to the last call that fits.
        var more = 0;
        while (true)
        {
            var question = "One more, number " + more.ToString("00000", CultureInfo.InvariantCulture);
            var left = Cap - quiet.SpentUsd - quiet.ReservedUsd;
            var (status, most) = await AskAsync(b, question, MostTokensOfTheLast);
            Assert.Equal(most <= left ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, status);
            if (status != HttpStatusCode.OK)
                break;
            more++;
            quiet = await QuietAsync(budget, quiet.ReservedUsd);
        }

        Assert.True(upstream.BilledUsd <= Cap);
        output.WriteLine(
            $"{Requests} requests in {took.TotalSeconds:0} s: {string.Join(", ", statuses.Select(s => $"{(int)s.Key} x {s.Value}"))}; {upstream.Calls} calls billed {upstream.BilledUsd} of {Cap} USD; "
            + $"{more} more fitted afterwards; spent {quiet.SpentUsd}, outstanding of the killed silo {quiet.ReservedUsd}; {_strange ?? "nothing strange"}");
    }

    // As OpenAI's clients wait. At twice a second each, nine of ten answers were refusals of service, which kept the machine from the rest.
    private static TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(0.5 * (1 << Math.Min(attempt, 4)) * (0.75 + (0.25 * Random.Shared.NextDouble())));

    // While calls are under way: counted where they arrive, since how many were answered by then is another matter on a busy machine.
    private static async Task<bool> KillAsync(GatewayProgram silo, CostingUpstream upstream, CancellationToken decided)
    {
        while (upstream.Calls < KillAfter)
        {
            if (decided.IsCancellationRequested)
                return false;
            await Task.Delay(5, CancellationToken.None);
        }

        silo.Kill();
        return true;
    }

    private static string Question(int i) => "Question number " + i.ToString("00000", CultureInfo.InvariantCulture);

    private static Task<GatewayProgram> StartAsync(RedisServer redis, CostingUpstream upstream) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        GatewayProgram.WithoutModels,
        ("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Layers__Cache", "Off"),
        ("OrleansLlm__Layers__Routing", "Off"),
        ("OrleansLlm__Layers__Compression", "Off"),
        ("OrleansLlm__Providers__costing__Endpoint", upstream.Endpoint),
        ($"OrleansLlm__Tenants__{Tenant}__Budgets__Month", Cap.ToString(CultureInfo.InvariantCulture)));

    private async Task<(HttpStatusCode Status, decimal Most)> AskAsync(GatewayProgram silo, string question, int mostTokens)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } }, max_completion_tokens = mostTokens });
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await silo.Http.PostAsync("/v1/chat/completions", content, TestContext.Current.CancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            Interlocked.CompareExchange(ref _strange, $"{(int)response.StatusCode} '{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}'", null);
        Assert.Null(ChatRequestReader.Read(body, null, out var chat));
        var bound = TokenBound.Of(chat!, "gpt-4o", ModelLimits.Of("gpt-4o"));
        return (response.StatusCode, CostBound.Of(PriceCatalog.Default.Find("gpt-4o")!, bound.Prompt, bound.Completion));
    }

    // Once nothing more is settled: what stays reserved is the killed silo's.
    private static async Task<BudgetStatus> QuietAsync(IBudgetGrain budget, decimal? outstanding = null)
    {
        var last = default(BudgetStatus);
        for (var same = 0; same < 20;)
        {
            var now = await StatusAsync(budget);
            if (outstanding is { } left && now.ReservedUsd == left)
                return now;
            same = now == last ? same + 1 : 0;
            last = now;
            await Task.Delay(outstanding is null ? 100 : 20, TestContext.Current.CancellationToken);
        }

        return last;
    }

    // All may be decided before the others have found the killed silo dead: until then it is still asked where the budget is.
    private static async Task<BudgetStatus> StatusAsync(IBudgetGrain budget)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await budget.ListAsync()).Single();
            }
            catch (Exception e) when (e is OrleansException or TimeoutException && attempt < 300)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<ClusterClient> ClientAsync(RedisServer redis)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => o.ClusterId = o.ServiceId = "orleansllm");
            client.UseRedisClustering($"127.0.0.1:{redis.Port}");
        });
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new ClusterClient(host);
    }

    private sealed class ClusterClient(IHost host) : IAsyncDisposable
    {
        public IClusterClient Cluster => host.Services.GetRequiredService<IClusterClient>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
