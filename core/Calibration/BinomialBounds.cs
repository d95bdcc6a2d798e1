namespace OrleansLlm.Core.Calibration;

/// <summary>Exact one-sided bounds of a rate from independent trials (Clopper and Pearson, Biometrika 26(4), 1934).</summary>
public static class BinomialBounds
{
    private const int Steps = 60;

    /// <summary>
    /// The least rate, in [0, 1], that the trials exclude at error probability <paramref name="level"/>: above it, as few as
    /// <paramref name="events"/> events are less likely than that. 1 without trials.
    /// </summary>
    /// <param name="events">Trials in which it happened, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Independent trials, not negative.</param>
    /// <param name="level">Error probability, above 0 and below 1.</param>
    public static double Upper(int events, int trials, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, trials);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        if (events == trials)
            return 1;
        double low = 0, high = 1;
        for (var i = 0; i < Steps; i++)
        {
            var middle = (low + high) / 2;
            if (AtMost(events, trials, middle) > level)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    // P(X <= events) of a binomial, summed in logarithms: (1 - rate)^trials alone underflows from some 10,000 trials on.
    private static double AtMost(int events, int trials, double rate)
    {
        var odds = Math.Log(rate) - Math.Log(1 - rate);
        var term = trials * Math.Log(1 - rate);
        var sum = Math.Exp(term);
        for (var k = 1; k <= events; k++)
        {
            term += Math.Log((double)(trials - k + 1) / k) + odds;
            sum += Math.Exp(term);
        }

        return sum;
    }
}
