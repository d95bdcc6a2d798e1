using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Ledger entries as the caller sees them in headers.</summary>
internal static class Decisions
{
    /// <param name="entry">The request's entry.</param>
    /// <param name="lookup">What the cache said.</param>
    /// <param name="lostUsd">What lost tries may have cost on top.</param>
    public static Decision Of(LedgerEntry entry, CacheLookup lookup, decimal lostUsd = 0)
    {
        var isHit = entry.HitKind is HitKind.Exact or HitKind.Semantic or HitKind.Pending;
        return new Decision
        {
            Cache = entry.HitKind,
            CacheScore = entry.CacheScore,
            Model = entry.UsedModel,
            RouteScore = entry.RouteScore,
            RouteReason = entry.RouteReason ?? string.Empty,
            RouteThreshold = entry.RouteThreshold,
            RouteClass = entry.RouteClass,
            RouteConstraint = entry.RouteConstraint,
            TokensSaved = isHit
                ? entry.PromptTokensBefore + entry.CompletionTokensServed
                : Math.Max(0, entry.PromptTokensBefore - entry.Usage.PromptTokens),
            TokensBilled = entry.Usage.PromptTokens + entry.Usage.CompletionTokens,
            CostUsd = entry.CostUsd + lostUsd,
            SavedUsd = entry.Saved.Total,
            CacheThreshold = lookup.Threshold,
            CacheRisk = lookup.Risk,
        };
    }

    /// <summary>The head of a stream: its prompt alone is known.</summary>
    public static Decision OfPrompt(RunHead head, HitKind kind, LedgerPricing pricing, DateTimeOffset at)
    {
        var money = pricing.Price(
            kind, head.Route!.BaselineModel, head.Route.Model, head.PromptTokensBefore, new TokenUsage(head.PromptTokensAfter, 0), at);
        return new Decision
        {
            Cache = kind,
            CacheScore = head.Lookup.Score,
            Model = head.Route.Model,
            RouteScore = head.Route.Decision.SimpleProbability,
            RouteReason = head.Route.Decision.Reason.ToString(),
            RouteThreshold = head.Route.Decision.SimpleProbability is null ? null : head.Route.Decision.Threshold,
            RouteClass = head.Route.Decision.SimpleProbability is null ? null : head.Route.Decision.Class.ToString(),
            RouteConstraint = head.Route.Decision.Constraint?.ToString(),
            TokensSaved = kind == HitKind.Pending ? head.PromptTokensBefore : Math.Max(0, head.PromptTokensBefore - head.PromptTokensAfter),
            CostUsd = money.CostUsd,
            SavedUsd = money.Saved.Total,
            CacheThreshold = head.Lookup.Threshold,
            CacheRisk = head.Lookup.Risk,
            IsFinal = false,
        };
    }
}
