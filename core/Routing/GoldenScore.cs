namespace OrleansLlm.Core.Routing;

/// <summary>A golden question as the router sees it.</summary>
/// <param name="Text">The question; equal questions stay in one half of the data.</param>
/// <param name="SimpleLogit">The router's logit that a weak model is enough.</param>
/// <param name="IsSimple">Whether a weak model was enough.</param>
public sealed record GoldenScore(string Text, double SimpleLogit, bool IsSimple);
