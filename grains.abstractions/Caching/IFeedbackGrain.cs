using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What callers say of answers from the cache. Keyed by tenant; remembers the latest hits, in memory alone.</summary>
[Alias("orleansllm.cache.feedback.v1")]
public interface IFeedbackGrain : IGrainWithStringKey
{
    /// <summary>Time after which every answer that was given is known here, unless its silo was killed.</summary>
    static readonly TimeSpan KnownAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Notes which stored answer a request got; for silos of the version before <see cref="ServedManyAsync"/>.</summary>
    [Alias("noted"), Orleans.Concurrency.OneWay]
    Task ServedAsync(ServedAnswer served);

    /// <summary>Notes which stored answers requests got, in their order.</summary>
    [Alias("noted-many"), Orleans.Concurrency.OneWay]
    Task ServedManyAsync(ServedAnswer[] served);

    /// <summary>Answers that nobody has judged, hits by meaning before those of the same text, each newest first; at most <paramref name="count"/>, no more than 100.</summary>
    [Alias("pending")]
    Task<ServedAnswer[]> PendingAsync(int count);

    /// <summary>The answers that the remembered hits got most often, the most frequent first; at most <paramref name="count"/>, no more than 100.</summary>
    [Alias("most-served")]
    Task<MostServedAnswer[]> MostServedAsync(int count);

    /// <summary>
    /// Takes a verdict on a hit. An answer called wrong is forgotten like any invalidated one; throws where that cannot be stored. Verdicts
    /// on hits by meaning also go to <see cref="IRiskGrain"/>.
    /// </summary>
    [Alias("judge")]
    Task<HitVerdictOutcome> JudgeAsync(string requestId, bool isWrong);
}
