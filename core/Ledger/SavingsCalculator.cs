using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Splits baseline minus cost among the layers in the order in which they act: cache, route, compress. Each layer is measured with the
/// later ones absent, so the parts telescope to the total whatever the prices are.
/// </summary>
public static class SavingsCalculator
{
    /// <summary>Prices one request.</summary>
    /// <param name="kind">A hit of any kind costs nothing and saves its whole baseline.</param>
    /// <param name="baseline">Price of the model the caller would have paid; <see langword="null"/> where it has none.</param>
    /// <param name="used">Price of the model that answered; not read for a hit.</param>
    /// <param name="promptTokensBefore">Prompt tokens as the caller sent them.</param>
    /// <param name="usage">
    /// Miss and bypass: the tokens billed, prompt after compression; none billed (an error, an unreachable upstream) saves nothing either.
    /// Hit: the tokens of the answer served, of which only completion and cached tokens are read.
    /// </param>
    /// <param name="cachedTokensRemoved">
    /// Tokens that compression took out of the conversation's cached part. Where the provider read from its cache, the uncompressed prompt
    /// would have had them from there as well: taking them out saves their cached price only.
    /// </param>
    public static PricedUsage Calculate(
        HitKind kind, ModelPrice? baseline, ModelPrice? used, int promptTokensBefore, TokenUsage usage, int cachedTokensRemoved = 0)
    {
        var hit = kind is HitKind.Exact or HitKind.Semantic or HitKind.Pending;
        if (!hit && usage is { PromptTokens: <= 0, CompletionTokens: <= 0 })
            return new PricedUsage(0m, 0m, default, Priced: true);
        if (kind == HitKind.Verification)
        {
            // The cache's own expense: nobody would have paid it without the cache.
            if (used is null)
                return PricedUsage.Unpriced;
            var checkUsd = CostCalculator.Cost(used, usage);
            return new PricedUsage(checkUsd, 0m, new SavingsBreakdown(-checkUsd, 0m, 0m), Priced: true);
        }

        if (kind == HitKind.Attempt)
        {
            // A call lost on the way would have been lost without the layers as well: it costs, and saves nothing.
            if (used is null)
                return PricedUsage.Unpriced;
            var lostUsd = CostCalculator.Cost(used, usage);
            return new PricedUsage(lostUsd, lostUsd, default, Priced: true);
        }

        if (baseline is null || (used is null && !hit))
            return PricedUsage.Unpriced;

        // Tokens that the provider's prefix cache gave us it would have given the uncompressed prompt too, and what we took out from
        // among them; more we cannot know.
        var uncompressed = usage with
        {
            PromptTokens = promptTokensBefore,
            CachedTokens = usage.CachedTokens + (usage.CachedTokens > 0 ? cachedTokensRemoved : 0),
        };
        if (hit)
        {
            var sparedUsd = SparedByHit(baseline, uncompressed);
            return new PricedUsage(0m, sparedUsd, new SavingsBreakdown(sparedUsd, 0m, 0m), Priced: true);
        }

        var baselineUsd = CostCalculator.Cost(baseline, uncompressed);
        var routedUsd = CostCalculator.Cost(used!, uncompressed);
        var costUsd = CostCalculator.Cost(used!, usage);
        return new PricedUsage(
            costUsd, baselineUsd, new SavingsBreakdown(0m, baselineUsd - routedUsd, routedUsd - costUsd), Priced: true);
    }

    /// <summary>
    /// USD that a hit on an answer of <paramref name="usage"/> spares at <paramref name="price"/>: what the one answer had written to the provider's
    /// cache, the next would have found there, so that no surcharge for it is saved.
    /// </summary>
    public static decimal SparedByHit(ModelPrice price, TokenUsage usage) =>
        CostCalculator.Cost(price, usage with { CacheWriteTokens = 0, LongCacheWriteTokens = 0 });

    /// <summary>
    /// Prompt tokens the provider would have billed for the uncompressed prompt: its own figure plus what compression took out by our count.
    /// So a tokenizer that disagrees with the provider's never shows as a saving.
    /// </summary>
    /// <param name="billed">The provider's prompt tokens, after compression.</param>
    /// <param name="countedBefore">Our count of the prompt before compression.</param>
    /// <param name="countedAfter">Our count of the prompt that was sent.</param>
    public static int PromptTokensBefore(int billed, int countedBefore, int countedAfter) =>
        Math.Max(billed + countedBefore - countedAfter, 0);
}
