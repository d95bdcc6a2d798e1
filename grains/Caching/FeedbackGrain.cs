using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="IFeedbackGrain"/>
internal sealed class FeedbackGrain(GatewayTelemetry telemetry, ISiloStatusOracle silos, ILogger<FeedbackGrain> logger) : Grain, IFeedbackGrain
{
    /// <summary>Hits that are remembered.</summary>
    internal const int Remembered = 20_000;

    // Hits told to the risk controller at a time: it needs them before the next verdict only.
    private const int Batch = 1024;

    private const int MostListed = 100;

    // Hits whose words are kept, where the tenant's may be shown.
    private const int RememberedTexts = 200;

    private readonly ServedHits _hits = new(Remembered, RememberedTexts);
    private readonly List<double> _untold = [];

    // What nobody is left to count makes the controller promise less, not more.
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        silos.AreEnding(reason) ? Task.CompletedTask : TellAsync(null, isLeaving: true);

    public Task ServedAsync(ServedAnswer served) => ServedManyAsync([served]);

    public Task ServedManyAsync(ServedAnswer[] served)
    {
        foreach (var answer in served)
        {
            var text = answer.Text is { } t ? new ServedText(t.Asked, t.Stored, t.Answer) : null;
            if (_hits.Add(answer.RequestId, new ServedHit(answer.Entry, answer.Score, answer.At, text)) && answer.Score is { } weighed)
                _untold.Add(weighed);
        }

        return _untold.Count >= Batch ? TellAsync(null) : Task.CompletedTask;
    }

    public Task<ServedAnswer[]> PendingAsync(int count) => Task.FromResult<ServedAnswer[]>(
    [
        .. _hits.Pending(Math.Clamp(count, 1, MostListed)).Select(static p => new ServedAnswer
        {
            RequestId = p.RequestId,
            Entry = p.Served.Entry,
            Score = p.Served.Score,
            At = p.Served.At,
            Text = p.Served.Text is { } t ? new ServedAnswerText(t.Asked, t.Stored, t.Answer) : null,
        }),
    ]);

    public Task<MostServedAnswer[]> MostServedAsync(int count) => Task.FromResult<MostServedAnswer[]>(
        [.. _hits.MostServed(Math.Clamp(count, 1, MostListed)).Select(static e => new MostServedAnswer(e.Entry, e.Served, e.Question))]);

    public async Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong)
    {
        var outcome = _hits.Judge(requestId, isWrong, out var hit);
        if (outcome != HitVerdictOutcome.Taken)
            return outcome;
        if (isWrong)
        {
            try
            {
                await GrainFactory.GetGrain<IInvalidationGrain>(this.GetPrimaryKeyString()).ForgetAsync([new CacheInvalidation(InvalidationScope.Entry, hit!.Entry)]);
            }
            catch
            {
                _hits.Withdraw(requestId);
                throw;
            }
        }

        if (hit!.Score is { } score)
            await TellAsync(new RiskVerdict { Score = score, IsWrong = isWrong });
        telemetry.Feedback(isWrong);
        return outcome;
    }

    private async Task TellAsync(RiskVerdict? verdict, bool isLeaving = false)
    {
        if (verdict is null && _untold.Count == 0)
            return;
        double[] served = [.. _untold];
        _untold.Clear();
        try
        {
            await GrainFactory.GetGrain<IRiskGrain>(this.GetPrimaryKeyString()).AddFeedbackAsync(new RiskFeedback { Served = served, Verdict = verdict });
        }
        catch (Exception e)
        {
            // The entry is forgotten all the same; the error rate lacks one report.
            // When a silo stops, the controller may have gone before: it counts fewer hits then, which promises less, not more.
            var tenant = this.GetPrimaryKeyString();
            CacheLog.FeedbackNotCounted(logger, isLeaving ? LogLevel.Debug : LogLevel.Warning, e, tenant);
        }
    }
}
