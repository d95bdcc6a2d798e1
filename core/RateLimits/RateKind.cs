namespace OrleansLlm.Core.RateLimits;

/// <summary>What is limited.</summary>
public enum RateKind
{
    Requests,
    Tokens,
    Concurrent,
}
