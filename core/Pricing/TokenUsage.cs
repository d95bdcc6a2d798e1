namespace OrleansLlm.Core.Pricing;

/// <summary>What one upstream call is billed for, in the provider's own sense: the details are parts of the totals.</summary>
/// <param name="PromptTokens">All input tokens, cached and written ones included.</param>
/// <param name="CompletionTokens">All output tokens, reasoning included.</param>
/// <param name="CachedTokens">Part of <paramref name="PromptTokens"/> read from the provider's prefix cache.</param>
/// <param name="CacheWriteTokens">Part of <paramref name="PromptTokens"/> written to the provider's prefix cache at a surcharge.</param>
/// <param name="ReasoningTokens">Part of <paramref name="CompletionTokens"/> spent on hidden reasoning.</param>
/// <param name="LongCacheWriteTokens">Part of <paramref name="CacheWriteTokens"/> written to be kept longer, at a higher surcharge (Anthropic: one hour).</param>
/// <param name="Tier">The service tier at which it is billed; null where nobody said: then the list price.</param>
public readonly record struct TokenUsage(
    int PromptTokens,
    int CompletionTokens,
    int CachedTokens = 0,
    int CacheWriteTokens = 0,
    int ReasoningTokens = 0,
    int LongCacheWriteTokens = 0,
    ServiceTier? Tier = null);
