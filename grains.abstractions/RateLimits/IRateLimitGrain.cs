namespace OrleansLlm.Grains.Abstractions.RateLimits;

/// <summary>
/// What a tenant, its projects and its keys asked in the last minute, over all processes that serve them. Keyed by tenant. Kept in memory alone: a new
/// activation begins with an empty minute.
/// </summary>
[Alias("orleansllm.ratelimit.v1")]
public interface IRateLimitGrain : IGrainWithStringKey
{
    /// <summary>Gives a process what it may hand out by itself, and takes back what it did not.</summary>
    [Alias("exchange")]
    ValueTask<RateGrant[]> ExchangeAsync(string process, RateDemand[] demands);
}
