using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What callers say of answers from the cache. Keyed by tenant; remembers the latest hits, in memory alone.</summary>
[Alias("orleansllm.cache.feedback.v1")]
public interface IFeedbackGrain : IGrainWithStringKey
{
    /// <summary>Notes which stored answer a request got.</summary>
    /// <param name="requestId">The request that was answered.</param>
    /// <param name="entry">Fingerprint of the request that the answer was made for.</param>
    /// <param name="score">Accept probability, in [0, 1]; null where the same text was asked, and no model weighed it.</param>
    [Alias("served"), Orleans.Concurrency.OneWay]
    Task ServedAsync(string requestId, string entry, double? score);

    /// <summary>
    /// Takes a verdict on a hit. An answer called wrong is forgotten like any invalidated one; throws where that cannot be stored. Verdicts
    /// on hits by meaning also go to <see cref="IRiskGrain"/>.
    /// </summary>
    [Alias("judge")]
    Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong);
}
