namespace OrleansLlm.Core.Caching;

/// <summary>A candidate's pair in the order in which the verifier reads it.</summary>
/// <param name="Candidate">Index of the candidate.</param>
/// <param name="AskedFirst">False for (cached, asked), true for (asked, cached).</param>
public readonly record struct PairOrder(int Candidate, bool AskedFirst);
