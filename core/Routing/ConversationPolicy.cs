namespace OrleansLlm.Core.Routing;

/// <summary>
/// What a conversation's past does to a decision about <c>auto</c>. The tier rises when an answer failed, stays through tool loops and short
/// continuations, and goes down only where that is allowed and saves more than the provider's cached prefix is worth.
/// </summary>
public static class ConversationPolicy
{
    /// <summary>Holds <paramref name="decision"/>, made on the new turn alone, against what came before it.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="question">The request that it is about.</param>
    /// <param name="context">What came before.</param>
    /// <param name="tiers">The ladder.</param>
    /// <param name="mayGoDown">Whether a conversation may leave a dearer tier for a cheaper one.</param>
    /// <param name="prefixIsWorthMore">Whether staying at the first model costs less than switching to the second one, for the cached prefix's sake.</param>
    public static RouteDecision Apply(
        RouteDecision decision, RouteQuestion question, ConversationContext context, IReadOnlyList<ModelTier> tiers, bool mayGoDown,
        Func<string, string, bool> prefixIsWorthMore)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(tiers);
        ArgumentNullException.ThrowIfNull(prefixIsWorthMore);
        if (RouteAliases.Parse(question.RequestedModel) != RouteAlias.Auto || tiers.Count == 0)
            return decision;
        if (context.SameBefore is { BrokeSchema: true })
            return Up(RouteReason.EscalatedSchema);
        if (!context.HasHistory)
            return decision;

        var before = context.Before is { } turn ? IndexOf(tiers, turn.Model) : -1;
        if (question.InToolLoop)
            return before >= 0 && RoutingPolicy.Fits(question, tiers[before]) ? Stay(RouteReason.InToolLoop) : decision;
        if (context.Before is { BrokeSchema: true })
            return Up(RouteReason.EscalatedSchema);
        if (context.Refused)
            return Up(RouteReason.EscalatedRefusal);
        if (context.Dissatisfied)
            return Up(RouteReason.EscalatedDissatisfaction);
        var mayStay = before >= 0 && RoutingPolicy.Fits(question, tiers[before]);
        // "Commit it" says nothing of how hard it is; "17% of 2,340" does.
        if (context.IsContinuation && question.KeptUp is null)
            return mayStay ? Stay(RouteReason.Continued) : Up(RouteReason.ContinuedUnknown);
        if (!mayStay)
            return decision;
        if (IndexOf(tiers, decision.Model) >= before)
            return decision;
        if (!mayGoDown)
            return Stay(RouteReason.StickyConversation);
        return prefixIsWorthMore(tiers[before].Model, decision.Model) ? Stay(RouteReason.CachedPrefixWorthMore) : decision;

        RouteDecision Stay(RouteReason reason) => decision with { Model = tiers[before].Model, Reason = reason };

        RouteDecision Up(RouteReason reason)
        {
            for (var i = tiers.Count - 1; i >= 0; i--)
            {
                if (RoutingPolicy.Fits(question, tiers[i]))
                    return decision with { Model = tiers[i].Model, Reason = reason };
            }

            return decision;
        }
    }

    private static int IndexOf(IReadOnlyList<ModelTier> tiers, string model)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            if (string.Equals(tiers[i].Model, model, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }
}
