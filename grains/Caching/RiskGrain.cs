using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Caching.Risk;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="IRiskGrain"/>
/// <remarks>Labels that say wrong are stored before the call returns; the others within a second.</remarks>
internal sealed class RiskGrain(
    [PersistentState("risk", CacheStorage.Name)] IPersistentState<RiskGrainState> state,
    AcceptancePolicySource acceptance,
    IOptions<RiskOptions> options,
    TimeProvider time,
    ILogger<RiskGrain> logger) : Grain, IRiskGrain
{
    private const int RememberedDays = 62;

    private RiskController? _controller;
    private StateWriter<RiskGrainState>? _writer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (acceptance.Policy is { } policy)
        {
            _controller = RiskController.Resume(
                RiskState.FromUtf8Json(state.State.Json), options.Value.ToSettings(), acceptance.ModelId,
                policy.Model.Provenance.Curve.Select(p => p.Threshold), policy.Threshold, time.GetUtcNow());
        }

        _writer = new StateWriter<RiskGrainState>(
            state,
            s => s.Json = _controller!.State.ToUtf8Json(),
            e => CacheLog.RiskNotSaved(logger, e, this.GetPrimaryKeyString()));
        _writer.Start(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _writer?.SaveAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask<RiskStatus> GetAsync() => new(Status());

    public ValueTask<RiskDay[]> HistoryAsync() => new([.. state.State.Days]);

    public async ValueTask<RiskStatus> AddComparisonAsync(RiskComparison comparison)
    {
        if (_controller is null)
            return Status();
        var before = _controller.Decision;
        var isWrong = comparison.Verdict == AnswerVerdict.Different;
        if (comparison.Verdict == AnswerVerdict.Unsure)
        {
            _controller.AddUnsure();
        }
        else
        {
            _controller.Add(new RiskLabel(comparison.Score, isWrong, comparison.ServedFrom, comparison.HitShare, comparison.MissShare), time.GetUtcNow());
        }

        await ChangedAsync(before, isWrong);
        return Status();
    }

    public async ValueTask AddFeedbackAsync(RiskFeedback feedback)
    {
        if (_controller is null)
            return;
        var before = _controller.Decision;
        foreach (var score in feedback.Served)
            _controller.AddServed(score);
        if (feedback.Verdict is { } verdict)
            _controller.AddFeedback(verdict.Score, verdict.IsWrong, time.GetUtcNow());
        await ChangedAsync(before, feedback.Verdict is { IsWrong: true });
    }

    private RiskStatus Status()
    {
        if (_controller is null)
            return new RiskStatus { Threshold = null, Reason = RiskReason.AwaitingEvidence, UpperBound = 1 };
        var decision = _controller.Decision;
        return new RiskStatus
        {
            Threshold = decision.Threshold,
            Reason = decision.Reason,
            ErrorRate = decision.ErrorRate,
            UpperBound = _controller.UpperBound,
            Labels = decision.Labels,
            Wrong = decision.Wrong,
            Unsure = _controller.State.Unsure,
            Reported = _controller.Reported,
        };
    }

    private async ValueTask ChangedAsync(RiskDecision before, bool isWrong)
    {
        _writer!.Changed();
        var now = _controller!.Decision;
        NoteDay(now);
        if (now.Threshold != before.Threshold)
            CacheLog.ThresholdMoved(logger, this.GetPrimaryKeyString(), before.Threshold, now.Threshold, now.Reason, now.Wrong, now.Labels);
        if (isWrong)
            await _writer.SaveAsync(CancellationToken.None);
    }

    private void NoteDay(RiskDecision now)
    {
        var days = state.State.Days;
        var day = new RiskDay(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), now.Labels, now.Wrong, _controller!.UpperBound);
        if (days.Count > 0 && days[^1].Day == day.Day)
            days[^1] = day;
        else
            days.Add(day);
        if (days.Count > RememberedDays)
            days.RemoveAt(0);
    }
}

/// <summary>The controller's state as stored.</summary>
[GenerateSerializer, Alias("orleansllm.cache.risk.state.v1")]
internal sealed class RiskGrainState
{
    /// <summary>See <see cref="RiskState.ToUtf8Json"/>.</summary>
    [Id(0)]
    public byte[] Json { get; set; } = [];

    /// <summary>How the promise stood on each day, oldest first.</summary>
    [Id(1)]
    public List<RiskDay> Days { get; set; } = [];
}
