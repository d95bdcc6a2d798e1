namespace OrleansLlm.Core.Caching.Risk;

/// <summary>
/// Bounds of an error rate that hold at every moment at once, so that looking after each label costs nothing: confidence sequences by
/// betting (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86(1), 2024, section 4; Ville's
/// inequality). Against the claim "the rate is m or more" a gambler stakes a fixed fraction of the capital on every label being right;
/// under the claim the capital is a supermartingale, so that it reaches 1/level with probability at most <c>level</c>, ever. The capital is
/// averaged over fixed fractions instead of tuned, which keeps it a function of the counts alone. A label of weight w stakes w times the
/// fraction; with w inverse to the label's sampling probability (times a constant) the expectation is that of the whole population.
/// </summary>
/// <remarks>
/// Holds for labels whose chance of being wrong, given those before, is the rate in question (exchangeable requests within an epoch).
/// Against drift the caller starts afresh from time to time; a fading weight on old labels would break the supermartingale.
/// </remarks>
public static class ErrorRateBounds
{
    private const int Steps = 40;

    // Fractions of the largest stake that cannot go below zero, and the share of the starting capital on each. The whole stake wins
    // fastest where nothing is wrong; the smaller ones survive errors.
    private static readonly (double Fraction, double Share)[] Upper = [(1, 0.3), (0.9, 0.2), (0.75, 0.2), (0.5, 0.2), (0.25, 0.1)];
    private static readonly (double Fraction, double Share)[] Lower =
        [(0.3, 1.0 / 6), (0.1, 1.0 / 6), (0.05, 1.0 / 6), (0.02, 1.0 / 6), (0.01, 1.0 / 6), (0.005, 1.0 / 6)];

    /// <summary>Whether the labels show the rate to be below <paramref name="rate"/>, at error probability <paramref name="level"/> over all time.</summary>
    public static bool IsBelow(IReadOnlyList<WeightedCount> labels, double rate, double level) =>
        LogCapital(labels, Upper, right: f => f * rate / (1 - rate), wrong: f => -f) >= -Math.Log(level);

    /// <summary>Whether the labels show the rate to be above <paramref name="rate"/>, at error probability <paramref name="level"/> over all time.</summary>
    public static bool IsAbove(IReadOnlyList<WeightedCount> labels, double rate, double level) =>
        LogCapital(labels, Lower, right: f => -f, wrong: f => f * (1 - rate) / rate) >= -Math.Log(level);

    /// <summary>The least rate that the labels show the true one to be below; 1 without labels.</summary>
    public static double UpperBound(IReadOnlyList<WeightedCount> labels, double level)
    {
        double low = 0, high = 1;
        for (var i = 0; i < Steps; i++)
        {
            var middle = (low + high) / 2;
            if (IsBelow(labels, middle, level))
                high = middle;
            else
                low = middle;
        }

        return high;
    }

    // log of sum over fractions of share * product over labels of (1 + weight * gain).
    private static double LogCapital(
        IReadOnlyList<WeightedCount> labels, (double Fraction, double Share)[] stakes, Func<double, double> right, Func<double, double> wrong)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Span<double> logs = stackalloc double[stakes.Length];
        var largest = double.NegativeInfinity;
        for (var i = 0; i < stakes.Length; i++)
        {
            var (fraction, share) = stakes[i];
            var log = Math.Log(share);
            foreach (var count in labels)
            {
                log += Times(count.Right, 1 + (count.Weight * right(fraction)));
                log += Times(count.Wrong, 1 + (count.Weight * wrong(fraction)));
            }

            logs[i] = log;
            largest = Math.Max(largest, log);
        }

        if (double.IsNegativeInfinity(largest))
            return largest;
        var sum = 0.0;
        foreach (var log in logs)
            sum += Math.Exp(log - largest);
        return largest + Math.Log(sum);
    }

    private static double Times(long count, double factor) => count == 0 ? 0 : count * Math.Log(factor);
}
