namespace OrleansLlm.Core.Routing;

/// <summary>The model chosen for a request, and why.</summary>
/// <param name="Model">The model to call.</param>
/// <param name="SimpleProbability">P(simple) in [0,1], or null where no usable score was had.</param>
/// <param name="Threshold">The threshold the probability was held against, in [0,1].</param>
/// <param name="Reason">Why this model.</param>
public sealed record RouteDecision(string Model, double? SimpleProbability, double Threshold, RouteReason Reason);
