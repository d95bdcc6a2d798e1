namespace OrleansLlm.Inference;

/// <summary>Two questions, in the order in which the verifier reads them.</summary>
public sealed record TextPair(string A, string B);
