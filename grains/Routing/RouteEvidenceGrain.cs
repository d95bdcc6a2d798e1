using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Routing;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Routing;

/// <inheritdoc cref="IRouteEvidenceGrain"/>
/// <remarks>What refutes the promise, or clears it, is stored before the call returns; the rest within a second.</remarks>
internal sealed class RouteEvidenceGrain(
    [PersistentState("route-evidence", CacheStorage.Name)] IPersistentState<RouteEvidenceGrainState> state,
    RouteProfiles profiles,
    InferenceEngine engine,
    ILogger<RouteEvidenceGrain> logger) : Grain, IRouteEvidenceGrain
{
    private const int Remembered = 20_000;

    private static readonly TimeSpan FeedbackWindow = TimeSpan.FromDays(1);

    private readonly ServedHits _routed = new(Remembered);
    private RouteEvidence _evidence = new();
    private StateWriter<RouteEvidenceGrainState>? _writer;
    private bool _refuted;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var of = profiles.Of(this.GetPrimaryKeyString()).EvidenceId(engine.RouterModelId);
        if (state.State is { Counts: { } counts } && state.State.Of == of)
        {
            _evidence = RouteEvidence.Resume(counts.RoutedDown, counts.Misrouted, counts.RoutedUp, counts.Needless, counts.Unsure, counts.Reported);
            _refuted = counts.Refuted;
        }

        _writer = new StateWriter<RouteEvidenceGrainState>(
            state,
            s => (s.Of, s.Counts) = (of, Status()),
            e => RoutingLog.EvidenceNotSaved(logger, e, this.GetPrimaryKeyString()));
        _writer.Start(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _writer?.SaveAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask<RouteEvidenceStatus> GetAsync() => new(Status());

    public Task RoutedDownAsync(string requestId, double simpleProbability)
    {
        // Who can be judged is remembered here alone.
        DelayDeactivation(FeedbackWindow);
        _routed.Add(requestId, new ServedHit(string.Empty, simpleProbability));
        return Task.CompletedTask;
    }

    public async ValueTask<RouteEvidenceStatus> AddComparisonAsync(bool wentDown, bool? weakWasEnough, double limit)
    {
        _evidence.Add(wentDown, weakWasEnough);
        _writer!.Changed();
        var refuted = _evidence.Refutes(limit);
        if (refuted && !_refuted)
            RoutingLog.TooManyMisroutes(logger, this.GetPrimaryKeyString(), _evidence.Misrouted, _evidence.RoutedDown, limit);
        if (refuted != _refuted)
        {
            _refuted = refuted;
            await _writer.SaveAsync(CancellationToken.None);
        }

        return Status();
    }

    public Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong)
    {
        var outcome = _routed.Judge(requestId, isWrong, out _);
        if (outcome == HitVerdictOutcome.Taken)
        {
            _evidence.AddReport(isWrong);
            _writer!.Changed();
        }

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

/// <summary>A tenant's evidence as stored.</summary>
[GenerateSerializer, Alias("orleansllm.route.evidence.state.v1")]
internal sealed class RouteEvidenceGrainState
{
    /// <summary>See <see cref="RouteProfile.EvidenceId"/>.</summary>
    [Id(0)]
    public string Of { get; set; } = string.Empty;

    /// <summary>Null where nothing was said yet.</summary>
    [Id(1)]
    public RouteEvidenceStatus? Counts { get; set; }
}
