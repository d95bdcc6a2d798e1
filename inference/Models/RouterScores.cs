namespace OrleansLlm.Inference;

/// <summary>What the router head says of a request.</summary>
/// <param name="ComplexLogit">Logit that the request needs a strong model.</param>
/// <param name="GainLogit">Ranks requests by how much a strong model is expected to gain over a weak one.</param>
public readonly record struct RouterScores(float ComplexLogit, float GainLogit)
{
    /// <summary>P(simple) = 1 - sigmoid(<see cref="ComplexLogit"/>), in [0, 1].</summary>
    public double SimpleProbability => 1 / (1 + Math.Exp(ComplexLogit));
}
