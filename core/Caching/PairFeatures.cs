namespace OrleansLlm.Core.Caching;

/// <summary>What <see cref="AcceptancePolicy"/> weighs for one candidate.</summary>
/// <param name="VerifierLogit">Mean of the pair verifier's logits of (cached, asked) and (asked, cached).</param>
/// <param name="Cosine">Cosine similarity of the two embeddings, in [-1,1].</param>
/// <param name="NumbersEqual">The same numbers on both sides.</param>
/// <param name="NegationParityEqual">Both negated an even or both an odd number of times.</param>
/// <param name="EntityOverlap">Share of names that both sides have, in [0,1].</param>
/// <param name="LengthRatio">Words of the shorter over words of the longer question, in (0,1].</param>
/// <param name="ContentOverlap">Share of content words that both sides have, in [0,1].</param>
public readonly record struct PairFeatures(
    double VerifierLogit,
    double Cosine,
    bool NumbersEqual,
    bool NegationParityEqual,
    double EntityOverlap,
    double LengthRatio,
    double ContentOverlap)
{
    /// <summary>The features in the order of their weights; a part of the acceptance file's contract.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "verifierLogit", "cosine", "numbersEqual", "negationParityEqual", "entityOverlap", "lengthRatio", "contentOverlap",
    ];

    /// <summary>Joins what the models said with what the words say.</summary>
    public static PairFeatures From(in PairComparison comparison, double verifierLogit, double cosine) => new(
        verifierLogit,
        cosine,
        comparison.NumbersEqual,
        comparison.NegationParityEqual,
        comparison.EntityOverlap,
        comparison.LengthRatio,
        comparison.ContentOverlap);

    /// <summary>Writes the features as numbers, in the order of <see cref="Names"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <see cref="Names"/>.</exception>
    public void CopyTo(Span<double> values)
    {
        if (values.Length < Names.Count)
            throw new ArgumentException($"needs room for {Names.Count} features, has {values.Length}", nameof(values));
        values[0] = VerifierLogit;
        values[1] = Cosine;
        values[2] = NumbersEqual ? 1 : 0;
        values[3] = NegationParityEqual ? 1 : 0;
        values[4] = EntityOverlap;
        values[5] = LengthRatio;
        values[6] = ContentOverlap;
    }
}
