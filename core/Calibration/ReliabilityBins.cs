namespace OrleansLlm.Core.Calibration;

/// <summary>How well stated probabilities agree with what was observed.</summary>
public static class ReliabilityBins
{
    private const int Bins = 15;

    /// <summary>Expected calibration error: mean distance of stated probability and observed share over 15 equal-width bins (Guo et al. 2017); 0 without rows.</summary>
    public static double ExpectedCalibrationError(IReadOnlyList<(double Probability, bool Truth)> rows) => rows is not { Count: > 0 } ? 0
        : rows.GroupBy(r => Math.Min(Bins - 1, (int)(r.Probability * Bins)))
            .Sum(bin => bin.Count() * Math.Abs(bin.Average(r => r.Probability) - bin.Average(r => r.Truth ? 1.0 : 0.0)))
        / rows.Count;

    /// <summary>Probability that a row whose truth holds scores above one whose truth does not; ties count half.</summary>
    public static double AreaUnderCurve(IReadOnlyList<(double Score, bool Truth)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var sorted = rows.OrderBy(r => r.Score).ToArray();
        double ranks = 0;
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end < sorted.Length && sorted[end].Score == sorted[i].Score)
                end++;
            var rank = (i + 1 + end) / 2.0;
            for (; i < end; i++)
            {
                if (sorted[i].Truth)
                    ranks += rank;
            }
        }

        double positives = rows.Count(r => r.Truth);
        return (ranks - positives * (positives + 1) / 2) / (positives * (rows.Count - positives));
    }
}
