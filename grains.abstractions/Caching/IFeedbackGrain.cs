using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What callers say of answers from the cache. Keyed by tenant; remembers the latest hits, in memory alone.</summary>
[Alias("orleansllm.cache.feedback.v1")]
public interface IFeedbackGrain : IGrainWithStringKey
{
    /// <summary>Notes which stored answer a request got.</summary>
    [Alias("served"), Orleans.Concurrency.OneWay]
    Task ServedAsync(string requestId, string entry);

    /// <summary>Takes a verdict on a hit. An answer called wrong is forgotten like any invalidated one; throws where that cannot be stored.</summary>
    [Alias("judge")]
    Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong);
}
