using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="IFeedbackGrain"/>
internal sealed class FeedbackGrain(GatewayTelemetry telemetry) : Grain, IFeedbackGrain
{
    private const int Remembered = 20_000;

    private readonly ServedHits _hits = new(Remembered);

    public Task ServedAsync(string requestId, string entry)
    {
        _hits.Add(requestId, entry);
        return Task.CompletedTask;
    }

    public async Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong)
    {
        var outcome = _hits.Judge(requestId, isWrong, out var entry);
        if (entry is not null)
        {
            try
            {
                await GrainFactory.GetGrain<IInvalidationGrain>(this.GetPrimaryKeyString()).ForgetAsync([new CacheInvalidation(InvalidationScope.Entry, entry)]);
            }
            catch
            {
                _hits.Withdraw(requestId);
                throw;
            }
        }

        if (outcome == HitVerdictOutcome.Taken)
            telemetry.Feedback(isWrong);
        return outcome;
    }
}
