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

    /// <summary>How the promise stood on the days on which something was counted, oldest first; the last 62 of them.</summary>
    [Alias("history"), AlwaysInterleave, ReadOnly]
    ValueTask<RiskDay[]> HistoryAsync();

    /// <summary>Counts a comparison of answers; returns the threshold after it.</summary>
    [Alias("compared")]
    ValueTask<RiskStatus> AddComparisonAsync(RiskComparison comparison);

    /// <summary>Counts hits that were served, and a caller's verdict on one of those served so far.</summary>
    [Alias("feedback")]
    ValueTask AddFeedbackAsync(RiskFeedback feedback);
}
