namespace OrleansLlm.Silo.Replay;

/// <summary>How long a layer took where it ran, in milliseconds.</summary>
/// <param name="Requests">Requests on which it ran.</param>
/// <param name="P50">Median, nearest rank; 0 where it never ran.</param>
/// <param name="P99">99th percentile, nearest rank; 0 where it never ran.</param>
internal sealed record LatencyQuantiles(int Requests, double P50, double P99)
{
    /// <summary>Quantiles of <paramref name="milliseconds"/>, of which zeros (the layer did not run) are left out.</summary>
    public static LatencyQuantiles Of(IEnumerable<double> milliseconds)
    {
        var ran = milliseconds.Where(static ms => ms > 0).Order().ToArray();
        return new LatencyQuantiles(ran.Length, NearestRank(ran, 0.50), NearestRank(ran, 0.99));
    }

    private static double NearestRank(double[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[Math.Max((int)Math.Ceiling(quantile * sorted.Length) - 1, 0)];
}
