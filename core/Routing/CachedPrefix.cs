using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Routing;

/// <summary>Weighs a switch of models in a conversation against the prefix that the provider keeps cached for the one in use.</summary>
public static class CachedPrefix
{
    // Providers cache from 1,024 tokens on.
    private const int Shortest = 1024;

    /// <summary>Whether the next turn costs less at the model in use, its prefix read from the provider's cache, than at the other one from scratch.</summary>
    /// <param name="stay">Prices of the model in use.</param>
    /// <param name="move">Prices of the other one.</param>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="prefixTokens">Those of them that the model in use has read before.</param>
    /// <param name="completionTokens">Expected tokens of the answer.</param>
    public static bool IsWorthMore(ModelPrice stay, ModelPrice move, int promptTokens, int prefixTokens, int completionTokens)
    {
        ArgumentNullException.ThrowIfNull(stay);
        ArgumentNullException.ThrowIfNull(move);
        var cached = prefixTokens >= Shortest ? Math.Min(prefixTokens, promptTokens) : 0;
        return CostCalculator.Cost(stay, new TokenUsage(promptTokens, completionTokens, cached)) <= CostCalculator.Cost(move, new TokenUsage(promptTokens, completionTokens));
    }
}
