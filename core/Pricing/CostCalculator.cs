namespace OrleansLlm.Core.Pricing;

/// <summary>What a call costs. Exact: no rounding anywhere, so that parts of a bill add up to the last decimal.</summary>
public static class CostCalculator
{
    private const decimal PerToken = 0.000001m;

    /// <summary>
    /// USD for <paramref name="usage"/> at <paramref name="price"/>. Cached and written tokens are parts of the prompt: figures beyond the
    /// prompt are cut to it, cached first, because a provider never bills a prompt token twice.
    /// </summary>
    public static decimal Cost(ModelPrice price, TokenUsage usage)
    {
        ArgumentNullException.ThrowIfNull(price);
        var prompt = Math.Max(usage.PromptTokens, 0);
        var cached = Math.Clamp(usage.CachedTokens, 0, prompt);
        var written = Math.Clamp(usage.CacheWriteTokens, 0, prompt - cached);
        var lasting = Math.Clamp(usage.LongCacheWriteTokens, 0, written);
        var fresh = prompt - cached - written;
        var completion = Math.Max(usage.CompletionTokens, 0);

        var reasoning = Math.Clamp(usage.ReasoningTokens, 0, completion);
        LongContextPrice? tier = null;
        foreach (var length in price.LongContext)
        {
            if (prompt > length.AboveTokens)
                tier = length;
        }

        return tier is not null
            ? Sum(fresh, tier.Input, cached, tier.CachedInput, written - lasting, tier.CacheWrite, lasting, tier.LongCacheWrite) + (completion * tier.Output * PerToken)
            : Sum(fresh, price.Input, cached, price.CachedInput, written - lasting, price.CacheWrite, lasting, price.LongCacheWrite)
                + ((((completion - reasoning) * price.Output) + (reasoning * (price.Reasoning ?? price.Output))) * PerToken);
    }

    private static decimal Sum(
        int fresh, decimal input, int cached, decimal? cachedInput, int written, decimal? cacheWrite, int lasting, decimal? longCacheWrite) =>
        ((fresh * input) + (cached * (cachedInput ?? input)) + (written * (cacheWrite ?? input)) + (lasting * (longCacheWrite ?? cacheWrite ?? input))) * PerToken;
}
