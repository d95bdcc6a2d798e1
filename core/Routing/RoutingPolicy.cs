using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// Chooses a tier: what the request needs first, then the score. "If it is not clearly simple, route up": with a cheap tier at 7% of
/// the strong one's price, the threshold 0.80 says that a misroute costs as much as 4.65 strong calls (0.93 / (1 - 0.80)).
/// Fails open: without a score the strongest tier answers. What a mistake costs much more in (<see cref="StakesClassifier"/>) it answers too.
/// </summary>
public static class RoutingPolicy
{
    /// <summary>P(simple) that sends a question to the cheapest tier, unless a tenant says otherwise.</summary>
    public const double DefaultThreshold = 0.80;

    /// <summary>Decides for one request.</summary>
    /// <param name="question">What the request needs.</param>
    /// <param name="tiers">The ladder, cheapest first and strongest last; may be empty.</param>
    /// <param name="threshold">In [0,1]; default <see cref="DefaultThreshold"/>. Validated at start by <see cref="RoutingSettings"/>.</param>
    /// <param name="simpleProbability">P(simple) in [0,1]; null (or a value outside the range) means that there is no score.</param>
    public static RouteDecision Decide(
        RouteQuestion question, IReadOnlyList<ModelTier> tiers, double threshold, double? simpleProbability)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(tiers);
        if (simpleProbability is not (>= 0 and <= 1))
            simpleProbability = null;

        var alias = RouteAliases.Parse(question.RequestedModel);
        if (alias == RouteAlias.None)
            return new(question.RequestedModel, simpleProbability, threshold, RouteReason.ExplicitModel);
        if (tiers.Count == 0)
            return new(question.RequestedModel, simpleProbability, threshold, RouteReason.NoTiers);

        var (up, reason) = Direction(question, alias, threshold, simpleProbability);
        var chosen = up ? Strongest(question, tiers) : Cheapest(question, tiers);
        if (chosen is null)
            return new(tiers[^1].Model, simpleProbability, threshold, RouteReason.NoTierFits) { Constraint = Obstacle(question, tiers[0]) };

        // On the way down, the constraint that closed the cheapest rung is the reason a person wants to read.
        if (!up && !ReferenceEquals(chosen, tiers[0]))
            reason = Obstacle(question, tiers[0]);
        return new(chosen.Model, simpleProbability, threshold, reason) { Constraint = Fits(question, tiers[0]) ? null : Obstacle(question, tiers[0]) };
    }

    /// <summary>True where <paramref name="tier"/> can serve the request at all.</summary>
    public static bool Fits(RouteQuestion question, ModelTier tier)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(tier);
        return (question.Needs & ~tier.Capabilities) == ModelCapabilities.None
            && (long)question.PromptTokens + question.MaxCompletionTokens <= tier.MaxContextTokens
            && question.MaxCompletionTokens <= ModelLimits.Of(tier.Model).OutputTokens;
    }

    private static (bool Up, RouteReason Reason) Direction(
        RouteQuestion question, RouteAlias alias, double threshold, double? simpleProbability)
    {
        if (alias == RouteAlias.Best)
            return (true, RouteReason.BestAlias);
        if (alias == RouteAlias.Fast)
            return (false, RouteReason.FastAlias);
        if (question.InToolLoop)
            return (true, RouteReason.InToolLoop);
        if (simpleProbability is not { } probability)
            return (true, question.WithoutScore);
        if (probability < threshold)
            return (true, RouteReason.NotClearlySimple);
        return question.KeptUp is { } because ? (true, because) : (false, RouteReason.Simple);
    }

    private static ModelTier? Cheapest(RouteQuestion question, IReadOnlyList<ModelTier> tiers)
    {
        foreach (var tier in tiers)
        {
            if (Fits(question, tier))
                return tier;
        }

        return null;
    }

    private static ModelTier? Strongest(RouteQuestion question, IReadOnlyList<ModelTier> tiers)
    {
        for (var i = tiers.Count - 1; i >= 0; i--)
        {
            if (Fits(question, tiers[i]))
                return tiers[i];
        }

        return null;
    }

    private static RouteReason Obstacle(RouteQuestion question, ModelTier tier)
    {
        var missing = question.Needs & ~tier.Capabilities;
        if (missing.HasFlag(ModelCapabilities.Tools))
            return RouteReason.ToolsRequired;
        if (missing.HasFlag(ModelCapabilities.Vision))
            return RouteReason.VisionRequired;
        if (missing.HasFlag(ModelCapabilities.JsonSchema))
            return RouteReason.JsonSchemaRequired;
        if (missing.HasFlag(ModelCapabilities.Reasoning))
            return RouteReason.ReasoningRequired;
        return missing.HasFlag(ModelCapabilities.OtherLanguages) ? RouteReason.LanguageUnsupported : RouteReason.ContextTooLong;
    }
}
