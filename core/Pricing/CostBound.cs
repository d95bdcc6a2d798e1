namespace OrleansLlm.Core.Pricing;

/// <summary>The most that a call can cost.</summary>
public static class CostBound
{
    /// <summary>
    /// USD that no usage of at most this many prompt and completion tokens exceeds at <paramref name="price"/>, however the provider splits the
    /// prompt into fresh, cached and written tokens and whichever tier it falls into.
    /// </summary>
    public static decimal Of(ModelPrice price, long promptTokens, long completionTokens)
    {
        ArgumentNullException.ThrowIfNull(price);
        var most = At(promptTokens, price.Input, price.CachedInput, price.CacheWrite, price.LongCacheWrite, completionTokens, Math.Max(price.Output, price.Reasoning ?? 0));
        // A prompt may be billed at the price of any length up to its own.
        foreach (var length in price.LongContext.Where(l => promptTokens > l.AboveTokens))
            most = Math.Max(most, At(promptTokens, length.Input, length.CachedInput, length.CacheWrite, length.LongCacheWrite, completionTokens, length.Output));
        return most;
    }

    private static decimal At(long prompt, decimal input, decimal? cached, decimal? written, decimal? lasting, long completion, decimal output) =>
        ((prompt * Math.Max(Math.Max(input, cached ?? 0), Math.Max(written ?? 0, lasting ?? 0))) + (completion * output)) * 0.000001m;
}
