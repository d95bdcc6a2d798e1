namespace OrleansLlm.Core.Caching;

/// <summary>Whether the answer of a cached question is served.</summary>
/// <param name="Accepted">True where it is.</param>
/// <param name="Probability">Probability that the cached answer is right for the asked question, in [0,1].</param>
/// <param name="Guard">The rule that forbade it whatever the probability, or <see cref="MatchGuardReason.None"/>.</param>
public readonly record struct AcceptanceDecision(bool Accepted, double Probability, MatchGuardReason Guard);
