namespace OrleansLlm.Core.Routing;

/// <summary>A threshold and what labelled questions say of it.</summary>
/// <param name="Threshold">P(simple) from which a question is routed down.</param>
/// <param name="Routed">Questions at or above it.</param>
/// <param name="Misrouted">Those of them that need the strong model.</param>
/// <param name="UpperBound">One-sided upper bound of the misroute rate among the routed, in [0, 1].</param>
public sealed record ThresholdTest(double Threshold, int Routed, int Misrouted, double UpperBound);
