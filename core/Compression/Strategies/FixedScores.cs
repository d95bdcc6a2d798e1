namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>Scores that no model takes part in.</summary>
internal sealed class FixedScores(double[] scores, bool isFlat) : IUnitScores
{
    public bool IsFlat => isFlat;

    public bool WantsPruner => false;

    public double[] Combine(IReadOnlyList<float>? logits) => scores;
}
