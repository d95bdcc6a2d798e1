namespace OrleansLlm.Core.Routing;

/// <summary>The model chosen for a request, and why.</summary>
/// <param name="Model">The model to call.</param>
/// <param name="SimpleProbability">P(simple) in [0,1], or null where no usable score was had.</param>
/// <param name="Threshold">The threshold the probability was held against, in [0,1].</param>
/// <param name="Reason">Why this model.</param>
public sealed record RouteDecision(string Model, double? SimpleProbability, double Threshold, RouteReason Reason)
{
    /// <summary>What keeps the request from the cheapest tier, whatever its score: one of the reasons named ...Required, ...TooLong or ...Unsupported; null where nothing does.</summary>
    public RouteReason? Constraint { get; init; }

    /// <summary>The kind of work that the question asks for.</summary>
    public QuestionClass Class { get; init; }
}
