using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Two tenants' requests to one cluster, of whom one has a cap, and the other's deletions beside them; and what has to hold of all that was seen,
/// whatever fault there was: no answer of another tenant, none that was invalidated, no cap overspent, nobody refused without cause.
/// </summary>
internal sealed class WatchedLoad : IDisposable
{
    /// <summary>The key of the tenant with a cap.</summary>
    public const string Acme = "acmes-key-00000000000000";

    /// <summary>The key of the one without.</summary>
    public const string Beta = "betas-key-00000000000000";

    private const int Shards = 4;

    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(90);
    private static readonly ModelPrice s_price = PriceCatalog.Default.Find("gpt-4o")!;

    private readonly GatewayCluster _cluster;
    private readonly PacedUpstream _upstream;
    private readonly Invalidator _invalidator;
    private readonly int _affordable;

    /// <param name="cluster">With <see cref="SettingsFor"/>.</param>
    /// <param name="upstream">Its provider.</param>
    /// <param name="affordable">As in the settings.</param>
    /// <param name="perSecond">Requests in a second.</param>
    public WatchedLoad(GatewayCluster cluster, PacedUpstream upstream, int affordable, double perSecond = 8)
    {
        (_cluster, _upstream, _affordable) = (cluster, upstream, affordable);
        Load = new OpenLoad(cluster, perSecond, TimeSpan.FromSeconds(1), Shards, Acme, Beta);
        _invalidator = new Invalidator(cluster, Beta, Shards);
    }

    public OpenLoad Load { get; }

    /// <summary>What one call costs.</summary>
    public static decimal CallUsd { get; } = CostCalculator.Cost(s_price, new TokenUsage(PacedUpstream.PromptTokens, PacedUpstream.CompletionTokens));

    /// <summary>The tenants, and the provider.</summary>
    /// <param name="upstream">The provider.</param>
    /// <param name="affordable">Calls that fit under the cap.</param>
    public static (string Name, string Value)[] SettingsFor(PacedUpstream upstream, int affordable) =>
    [
        ("OrleansLlm__Providers__paced__Endpoint", upstream.Endpoint),
        ("OrleansLlm__Gateway__CacheTimeout", "00:00:02"),
        ("OrleansLlm__Tenants__acme__KeyHashes__0", Hash(Acme)),
        ("OrleansLlm__Tenants__acme__Budgets__Month", (CallUsd * affordable).ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Tenants__beta__KeyHashes__0", Hash(Beta)),
    ];

    public async Task StartAsync()
    {
        await Load.WarmAsync();
        Load.Start();
        _invalidator.Start();
    }

    /// <summary>
    /// Hits again, at every door, and a deletion that holds, without anybody's doing; and, where the cap is not spent, calls that count against it.
    /// Returns how long it took.
    /// </summary>
    public async Task<TimeSpan> RecoveredAsync(TimeSpan? limit = null)
    {
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit ?? s_recovery);
        var deletions = _invalidator.Done.Count;
        var paid = false;
        for (var hits = 0; hits < 2 * _cluster.Doors || _invalidator.Done.Count == deletions || !paid;)
        {
            paid |= (await Load.AskAsync(OpenLoad.Kind.Plain, 0, Acme)).Status is 200 or 429;
            hits = (await Load.AskAsync(OpenLoad.Kind.Repeated, Shards, Beta)).Cache == "exact" ? hits + 1 : 0;
            await Task.Delay(50, patience.Token);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Ends the load; then acme spends what is left, and everything that was seen is judged. Returns a line about it.</summary>
    public async Task<string> StopAsync()
    {
        await _invalidator.StopAsync();
        await Load.StopAsync();
        var cap = CallUsd * _affordable;
        var seen = Load.All;

        // Each answer was made for the tenant that got it.
        var calls = _upstream.Calls.ToDictionary(static c => c.Serial);
        Assert.All(seen.Where(static s => s.Serial is not null), s => Assert.True(OpenLoad.IsFor(s.Key, calls[s.Serial!.Value]), s.ToString()));

        var stale = InvalidationHistory.Violations(
            _invalidator.Done,
            seen.Where(static s => s is { Kind: OpenLoad.Kind.Repeated, Serial: not null }).Select(s => new InvalidationHistory.Answer(s.Key, OpenLoad.TagOf(s.Shard), calls[s.Serial!.Value].Began, s.Began))).ToList();
        Assert.Empty(stale);

        // It is spent to the end, and whoever is refused could not have been let in at any moment of its request.
        OpenLoad.Seen last;
        do
            last = await Load.AskAsync(OpenLoad.Kind.Plain, 0, Acme);
        while (last.Status == 200);
        Assert.True(last.Status == 429, last.ToString());

        // Billed: what it was answered, and the calls of those whose answer was lost.
        var billed = _upstream.Calls.Count(static c => OpenLoad.IsFor(Acme, c)) * CallUsd;
        Assert.InRange(billed, CallUsd, cap);
        var most = MostUsd();
        // One call may answer several that asked the same at once: it is billed to the first.
        var answered = new HashSet<int>();
        var history = Load.All.Where(static s => s.Key == Acme && s.Cache != "exact")
            .Select(s => new BudgetHistory.Call(most, s.Serial is { } serial && answered.Add(serial) ? CallUsd : null, s.Status == 429, s.Began, s.Ended)).ToList();
        Assert.Empty(BudgetHistory.Unjustified(history, cap));
        Assert.InRange(BudgetHistory.Spent(history), 0m, cap);
        return string.Create(CultureInfo.InvariantCulture, $"acme was billed {billed} of {cap} USD; {_invalidator.Done.Count} deletions held, {_invalidator.Failed} were refused");
    }

    public void Dispose() => _invalidator.Dispose();

    // What is set aside for one call at the most.
    private static decimal MostUsd()
    {
        Assert.Null(ChatRequestReader.Read(OpenLoad.LongestBody(), null, out var chat));
        var bound = TokenBound.Of(chat!, "gpt-4o", ModelLimits.Of("gpt-4o"));
        return CostBound.Of(s_price, bound.Prompt, bound.Completion);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
