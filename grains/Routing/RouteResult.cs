using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>Where a request goes.</summary>
/// <param name="Model">The model to call.</param>
/// <param name="BaselineModel">The model the saving is measured against: the requested one, or the strongest tier for an alias.</param>
/// <param name="Decision">What the policy said, with its score and reason.</param>
/// <param name="ShadowModel">In shadow mode the model that would have been called; null otherwise.</param>
/// <param name="Milliseconds">Time taken.</param>
internal sealed record RouteResult(string Model, string BaselineModel, RouteDecision Decision, string? ShadowModel, double Milliseconds)
{
    /// <summary>The cheapest model of its ladder, which a clearly simple question goes to; null where none is cheaper than <see cref="BaselineModel"/>, or nothing was decided.</summary>
    public string? CheapestModel { get; init; }

    /// <summary>Whether it stays up whatever its score: what the cheaper model would have answered says nothing of the threshold.</summary>
    public bool KeptUp { get; init; }

    /// <summary>Whether a cheaper model answers in the baseline's place because the question is clearly simple.</summary>
    public bool WentDown => Model != BaselineModel
        && (Decision.Reason == RouteReason.Simple || (Decision.Reason == RouteReason.ProviderBound && Decision.SimpleProbability >= Decision.Threshold));

    /// <summary>How the conversation is recognised; null where nothing of it is remembered.</summary>
    public ConversationKeys? Conversation { get; init; }

    /// <summary>Whether the call checks a route and serves no caller: its cost is routing's expense.</summary>
    public bool IsRoutingCheck { get; init; }
}
