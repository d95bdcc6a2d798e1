using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Routing;

/// <summary>What production says of a tenant's routing. Keyed by tenant; kept for as long as all that <c>RouteProfile.EvidenceId</c> names is what it was said of.</summary>
[Alias("orleansllm.route.evidence.v1")]
public interface IRouteEvidenceGrain : IGrainWithStringKey
{
    /// <summary>The counts so far.</summary>
    [Alias("get")]
    ValueTask<RouteEvidenceStatus> GetAsync();

    /// <summary>Notes that a request was answered by a cheaper tier, so that its caller may judge it.</summary>
    [Alias("routed"), Orleans.Concurrency.OneWay]
    Task RoutedDownAsync(string requestId, double simpleProbability);

    /// <summary>Adds a comparison of both tiers' answers.</summary>
    /// <param name="wentDown">Whether the cheap model's answer was given, or would have been but for <see cref="RouteEvidenceStatus.Refuted"/>.</param>
    /// <param name="weakWasEnough">Whether that answer was no worse than the strong one's; null where nobody could tell.</param>
    /// <param name="limit">The misroute rate promised.</param>
    [Alias("compare")]
    ValueTask<RouteEvidenceStatus> AddComparisonAsync(bool wentDown, bool? weakWasEnough, double limit);

    /// <summary>Takes a caller's verdict on an answer of a cheaper tier.</summary>
    [Alias("judge")]
    Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong);
}

/// <summary>Counts of comparisons and verdicts; see <c>RouteEvidence</c>.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.route.evidence.status.v1")]
public sealed class RouteEvidenceStatus
{
    [Id(0)]
    public int RoutedDown { get; init; }

    [Id(1)]
    public int Misrouted { get; init; }

    [Id(2)]
    public int RoutedUp { get; init; }

    [Id(3)]
    public int Needless { get; init; }

    [Id(4)]
    public int Unsure { get; init; }

    [Id(5)]
    public int Reported { get; init; }

    /// <summary>Whether the labels exclude that the promise is kept.</summary>
    [Id(6)]
    public bool Refuted { get; init; }
}
