namespace OrleansLlm.Core.Calibration;

/// <summary>
/// The lowest threshold whose share of wrong decisions labelled rows hold below a limit. Thresholds are tested from the strictest down, each at
/// the full level, and the first that fails ends it: such a fixed sequence keeps the chance of any wrong claim at the level
/// (Angelopoulos et al., "Learn then Test", arXiv 2110.01052, section 4; Maurer et al. 1995). Strict thresholds that too few rows reach to
/// pass even without a mistake are left out; that looks at scores and never at labels, so that the sequence stays fixed.
/// </summary>
public static class ThresholdCertification
{
    private const int StrictestPercent = 95;

    /// <summary>Tests 0.95, 0.94, ... down to <paramref name="lowest"/>.</summary>
    /// <param name="rows">Rows that the scores were not fitted on, drawn as the traffic is.</param>
    /// <param name="lowest">The lowest threshold asked for, 0 to 0.95; the order is fixed before the data are seen.</param>
    /// <param name="limit">The share of wrong ones among the accepted to stay at or below, above 0 and below 1.</param>
    /// <param name="level">Chance of a wrong claim, above 0 and below 1.</param>
    public static ThresholdVerdict Certify(IReadOnlyList<LabelledScore> rows, double lowest, double limit, double level)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lowest, StrictestPercent / 100.0);
        ArgumentOutOfRangeException.ThrowIfNegative(lowest);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(limit, 1);

        ThresholdTest? passed = null;
        for (var percent = StrictestPercent; percent / 100.0 >= lowest; percent--)
        {
            var test = Test(rows, percent / 100.0, level);
            if (passed is null && (percent - 1) / 100.0 >= lowest && BinomialBounds.Upper(0, test.Accepted, level) > limit)
                continue;
            if (test.UpperBound > limit)
                return new(passed, test, RowsNeeded(test, rows.Count, limit, level));
            passed = test;
        }

        return new(passed, null, null);
    }

    private static ThresholdTest Test(IReadOnlyList<LabelledScore> rows, double threshold, double level)
    {
        int accepted = 0, wrong = 0;
        foreach (var row in rows)
        {
            if (row.Score < threshold)
                continue;
            accepted++;
            wrong += row.IsRight ? 0 : 1;
        }

        return new(threshold, accepted, wrong, BinomialBounds.Upper(wrong, accepted, level));
    }

    // More rows of the same kind help only where the rate seen is below the limit; then the fewest that would do at that rate.
    private static int? RowsNeeded(ThresholdTest failed, int rows, double limit, double level)
    {
        if (failed.Accepted == 0 || failed.Wrong >= limit * failed.Accepted)
            return null;
        double low = 1, high = 1;
        while (!Enough(high))
        {
            if (high * rows > int.MaxValue / 4)
                return null;
            (low, high) = (high, high * 2);
        }

        for (var i = 0; i < 30; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Enough(middle) ? (low, middle) : (middle, high);
        }

        return (int)Math.Ceiling(high * rows) - rows;

        bool Enough(double times) => BinomialBounds.Upper(
            (int)Math.Ceiling(times * failed.Wrong), (int)Math.Ceiling(times * failed.Accepted), level) <= limit;
    }
}
