using Orleans.Concurrency;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>
/// The error rate of one partition class and the threshold that keeps its promise. Keyed by the class, which is the tenant: finer classes
/// would each have to gather the labels of a proof.
/// </summary>
[Alias("orleansllm.cache.risk.v1")]
public interface IRiskGrain : IGrainWithStringKey
{
    /// <summary>The threshold now.</summary>
    [Alias("get"), AlwaysInterleave, ReadOnly]
    ValueTask<RiskStatus> GetAsync();

    /// <summary>Counts a comparison of answers; returns the threshold after it.</summary>
    [Alias("compared")]
    ValueTask<RiskStatus> AddComparisonAsync(RiskComparison comparison);

    /// <summary>Remembers a semantic hit for a while, so that a caller's verdict on it finds its entry.</summary>
    [Alias("hit"), OneWay]
    ValueTask NoteHitAsync(ServedHit hit);

    /// <summary>Takes a caller's verdict on a remembered hit; the first one counts. A wrong one evicts the entry.</summary>
    [Alias("feedback")]
    ValueTask<FeedbackReceipt> FeedbackAsync(string requestId, bool isWrong);
}
