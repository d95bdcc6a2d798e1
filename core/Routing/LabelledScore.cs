namespace OrleansLlm.Core.Routing;

/// <summary>A question's score beside its label.</summary>
/// <param name="SimpleProbability">P(simple) in [0, 1].</param>
/// <param name="IsSimple">Whether a weak model was enough.</param>
public readonly record struct LabelledScore(double SimpleProbability, bool IsSimple);
