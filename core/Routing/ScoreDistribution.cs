namespace OrleansLlm.Core.Routing;

/// <summary>P(simple) in ten bins of equal width, and how far two such distributions lie apart.</summary>
public static class ScoreDistribution
{
    /// <summary>How many bins there are.</summary>
    public const int Bins = 10;

    // An empty bin on one side alone would make the index infinite.
    private const double Least = 1e-4;

    /// <summary>The bin of a probability in [0,1].</summary>
    public static int BinOf(double probability) => Math.Clamp((int)(probability * Bins), 0, Bins - 1);

    /// <summary>The share of each bin.</summary>
    public static double[] Shares(IEnumerable<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var counts = new double[Bins];
        var all = 0;
        foreach (var probability in probabilities)
        {
            counts[BinOf(probability)]++;
            all++;
        }

        for (var i = 0; i < Bins; i++)
            counts[i] /= Math.Max(1, all);
        return counts;
    }

    /// <summary>
    /// The population stability index of two distributions: sum of (actual - expected) * ln(actual / expected). Below 0.1 is taken for stable,
    /// above 0.25 for a shift.
    /// </summary>
    /// <param name="expected">Shares of <see cref="Bins"/> bins.</param>
    /// <param name="actual">Likewise.</param>
    public static double StabilityIndex(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var sum = 0.0;
        for (var i = 0; i < Bins; i++)
        {
            var (e, a) = (Math.Max(Least, expected[i]), Math.Max(Least, actual[i]));
            sum += (a - e) * Math.Log(a / e);
        }

        return sum;
    }
}
