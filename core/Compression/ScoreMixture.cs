namespace OrleansLlm.Core.Compression;

/// <summary>Weights of the scores that decide which sentences stay.</summary>
/// <param name="SecondHop">Weight of the second hop beside BM25's 1.</param>
/// <param name="Pruner">Weight of the pruner's sentence logits beside BM25's 1; 0 leaves the model out and saves its call.</param>
internal sealed record ScoreMixture(double SecondHop, double Pruner)
{
    public static ScoreMixture Default { get; } = new(SecondHop: 0, Pruner: 0);

    /// <summary>The weighted sum of the standardised scores; <paramref name="logits"/> may be null or must have one value a sentence.</summary>
    public double[] Combine(LexicalScores lexical, IReadOnlyList<float>? logits)
    {
        var mixed = Standardise(lexical.Bm25);
        if (SecondHop != 0 && lexical.SecondHop.Length > 0)
            AddTo(mixed, Standardise(lexical.SecondHop), SecondHop);
        if (Pruner != 0 && logits is not null)
        {
            var values = new double[logits.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = logits[i];
            AddTo(mixed, Standardise(values), Pruner);
        }

        return mixed;
    }

    private static void AddTo(double[] sum, double[] part, double weight)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += weight * part[i];
    }

    /// <summary>Zero mean, unit deviation; all zeros where the values do not differ.</summary>
    private static double[] Standardise(double[] values)
    {
        var mean = 0d;
        foreach (var value in values)
            mean += value / values.Length;
        var variance = 0d;
        foreach (var value in values)
            variance += (value - mean) * (value - mean) / values.Length;
        var scale = variance > 1e-12 ? 1 / Math.Sqrt(variance) : 0;
        return Array.ConvertAll(values, value => (value - mean) * scale);
    }
}
