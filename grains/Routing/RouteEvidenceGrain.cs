using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Routing;

namespace OrleansLlm.Grains.Routing;

/// <inheritdoc cref="IRouteEvidenceGrain"/>
internal sealed class RouteEvidenceGrain(ILogger<RouteEvidenceGrain> logger) : Grain, IRouteEvidenceGrain
{
    private const int Remembered = 20_000;

    private readonly RouteEvidence _evidence = new();
    private readonly ServedHits _routed = new(Remembered);
    private bool _refuted;

    public ValueTask<RouteEvidenceStatus> GetAsync() => new(Status());

    public Task RoutedDownAsync(string requestId, double simpleProbability)
    {
        _routed.Add(requestId, new ServedHit(string.Empty, simpleProbability));
        return Task.CompletedTask;
    }

    public ValueTask<RouteEvidenceStatus> AddComparisonAsync(bool wentDown, bool? weakWasEnough, double limit)
    {
        // A quiet night does not make good what was refuted.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _evidence.Add(wentDown, weakWasEnough);
        var refuted = _evidence.Refutes(limit);
        if (refuted && !_refuted)
            RoutingLog.TooManyMisroutes(logger, this.GetPrimaryKeyString(), _evidence.Misrouted, _evidence.RoutedDown, limit);
        _refuted = refuted;
        return new(Status());
    }

    public Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong)
    {
        var outcome = _routed.Judge(requestId, isWrong, out _);
        if (outcome == HitVerdictOutcome.Taken)
            _evidence.AddReport(isWrong);
        return Task.FromResult(outcome);
    }

    private RouteEvidenceStatus Status() => new()
    {
        RoutedDown = _evidence.RoutedDown,
        Misrouted = _evidence.Misrouted,
        RoutedUp = _evidence.RoutedUp,
        Needless = _evidence.Needless,
        Unsure = _evidence.Unsure,
        Reported = _evidence.Reported,
        Refuted = _refuted,
    };
}
