using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Two silos whose Redis is paused, slow, read-only, flushed, killed: nobody waits long, nobody gets another's or an invalidated answer, no cap is
/// overspent, and all is as before once the store is. With <c>ORLEANSLLM_CHAOS_ROUNDS</c> there are all faults, each for half a minute; without it a
/// few short ones.
/// </summary>
public sealed class StoreFaultTests(ITestOutputHelper output)
{
    private const string Acme = "acmes-key-00000000000000";
    private const string Beta = "betas-key-00000000000000";
    private const int Shards = 4;

    // Of what acme may spend: enough that it is spent in the middle of the test.
    private const int AffordableCalls = 30;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Redis_EveryFault_BoundsWaitsKeepsTenantsApartAndCapsAndInvalidationsTrue()
    {
        var all = Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is not null;
        var hold = TimeSpan.FromSeconds(all ? 30 : 2);
        var price = PriceCatalog.Default.Find("gpt-4o")!;
        var cost = CostCalculator.Cost(price, new TokenUsage(PacedUpstream.PromptTokens, PacedUpstream.CompletionTokens));
        var cap = cost * AffordableCalls;
        await using var redis = await RedisServer.StartAsync(keepsData: true);
        await using var slow = new DelayingProxy(redis.Port);
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(100));
        await using var cluster = new GatewayCluster(
            slow.Port,
            ("OrleansLlm__Providers__paced__Endpoint", upstream.Endpoint),
            ("OrleansLlm__Gateway__CacheTimeout", "00:00:02"),
            ("OrleansLlm__Tenants__acme__KeyHashes__0", Hash(Acme)),
            ("OrleansLlm__Tenants__acme__Budgets__Month", cap.ToString(CultureInfo.InvariantCulture)),
            ("OrleansLlm__Tenants__beta__KeyHashes__0", Hash(Beta)));
        await cluster.AddSiloAsync(serves: true);
        await cluster.AddSiloAsync(serves: true);
        var load = new OpenLoad(cluster, perSecond: 8, TimeSpan.FromSeconds(1), Shards, Acme, Beta);
        await load.WarmAsync();
        using var invalidating = new Invalidator(cluster, Beta);
        load.Start();
        invalidating.Start();
        await Task.Delay(hold / 2, TestContext.Current.CancellationToken);
        var memory = cluster.Silos.Sum(static s => s.Memory);

        await DuringAsync("paused", redis.Pause, () => Task.Run(redis.Resume));
        if (all)
        {
            await DuringAsync("slow (500 ms each way)", () => slow.Delay = TimeSpan.FromMilliseconds(500), () => Task.Run(() => slow.Delay = TimeSpan.Zero));
            await DuringAsync(
                "read-only", () => redis.ExecuteAsync("REPLICAOF", "127.0.0.1", LoopbackPort.Free()).Wait(TestContext.Current.CancellationToken), () => redis.ExecuteAsync("REPLICAOF", "NO", "ONE"));
            await DuringAsync("killed, with its data back", redis.Kill, () => redis.RestartAsync(withData: true));
        }

        await DuringAsync("flushed", () => redis.ExecuteAsync("FLUSHALL").Wait(TestContext.Current.CancellationToken), () => Task.CompletedTask);
        await DuringAsync("killed, without its data", redis.Kill, () => redis.RestartAsync(withData: false));

        await invalidating.StopAsync();
        await load.StopAsync();
        var grown = cluster.Silos.Sum(static s => s.Memory) - memory;
        output.WriteLine($"memory of both silos grew by {grown / 1024 / 1024} MiB from {memory / 1024 / 1024} MiB; {invalidating.Done.Count} deletions held, {invalidating.Failed} were refused");
        Assert.All(cluster.Silos, static s => Assert.False(s.HasEnded));
        Assert.InRange(grown / 1024 / 1024, long.MinValue, 600);

        // Whose budget cannot be asked is refused (503), and whose is spent (429); whoever has none is served, whatever the store does.
        var seen = load.All;
        Assert.DoesNotContain(seen, static s => s.Problem is not null && (s.Key != Acme || s.Status is not (429 or 503)));
        Assert.DoesNotContain(seen, static s => s.Took > s_longest);

        // Each answer was made for one tenant.
        Assert.DoesNotContain(seen.Where(static s => s.Serial is not null).GroupBy(static s => s.Serial), static g => g.Select(static s => s.Key).Distinct().Count() > 1);

        var calls = upstream.Calls.ToDictionary(static c => c.Serial);
        var stale = InvalidationHistory.Violations(
            invalidating.Done,
            seen.Where(static s => s is { Kind: OpenLoad.Kind.Repeated, Serial: not null }).Select(s => new InvalidationHistory.Answer(s.Key, OpenLoad.TagOf(s.Shard), calls[s.Serial!.Value].Began, s.Began))).ToList();
        Assert.Empty(stale);

        // It is spent to the end, and whoever is refused could not have been let in at any moment of its request.
        OpenLoad.Seen last;
        do
            last = await load.AskAsync(OpenLoad.Kind.Plain, 0, Acme);
        while (last.Status == 200);
        Assert.Equal(429, last.Status);

        // Billed to acme: what it was answered, and what its refused and broken requests may have cost.
        var betas = seen.Where(static s => s.Key == Beta && s.Serial is not null).Select(static s => s.Serial!.Value).ToHashSet();
        var billed = upstream.Calls.Count(c => !betas.Contains(c.Serial)) * cost;
        output.WriteLine($"acme was billed {billed} of {cap} USD");
        Assert.InRange(billed, cost, cap);
        var most = MostUsd(price);
        var history = load.All.Where(static s => s.Key == Acme && s.Cache != "exact")
            .Select(s => new BudgetHistory.Call(most, s.Serial is null ? null : cost, s.Status == 429, s.Began, s.Ended)).ToList();
        Assert.Empty(BudgetHistory.Unjustified(history, cap));
        Assert.InRange(BudgetHistory.Spent(history), 0m, cap);

        async Task DuringAsync(string fault, Action begin, Func<Task> end)
        {
            var began = Stopwatch.GetTimestamp();
            begin();
            await Task.Delay(hold, TestContext.Current.CancellationToken);
            await end();
            var over = Stopwatch.GetTimestamp();
            await RecoveredAsync();
            output.WriteLine($"{fault}: back {Stopwatch.GetElapsedTime(over).TotalSeconds:0.0} s after its end; {load.Summary(began)}");
        }

        // Hits at every silo and a deletion that holds, without anybody's doing.
        async Task RecoveredAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(s_recovery);
            var deletions = invalidating.Done.Count;
            for (var hits = 0; hits < 2 * cluster.Silos.Count || invalidating.Done.Count == deletions;)
            {
                hits = (await load.AskAsync(OpenLoad.Kind.Repeated, Shards, Beta)).Cache == "exact" ? hits + 1 : 0;
                await Task.Delay(50, patience.Token);
            }
        }
    }

    // What is set aside for one call at the most.
    private static decimal MostUsd(ModelPrice price)
    {
        Assert.Null(ChatRequestReader.Read(OpenLoad.LongestBody(), null, out var chat));
        var bound = TokenBound.Of(chat!, "gpt-4o", ModelLimits.Of("gpt-4o"));
        return CostBound.Of(price, bound.Prompt, bound.Completion);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Deletes by tag, one after the other, and notes what was told.</summary>
    private sealed class Invalidator(GatewayCluster cluster, string key) : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        public ConcurrentQueue<InvalidationHistory.Deletion> Done { get; } = new();

        public int Failed { get; private set; }

        public void Start() => _running = Task.Run(async () =>
        {
            for (var turn = 0; !_stop.IsCancellationRequested; turn++)
            {
                var tag = OpenLoad.TagOf(turn % Shards);
                var asked = Stopwatch.GetTimestamp();
                using var request = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/cache?tag=" + tag) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
                using var response = await cluster.Next().Http.SendAsync(request, TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                    Done.Enqueue(new InvalidationHistory.Deletion(key, tag, asked, Stopwatch.GetTimestamp()));
                else
                    Failed++;
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }
        });

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public void Dispose() => _stop.Dispose();
    }
}
