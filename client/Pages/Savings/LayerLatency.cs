namespace OrleansLlm.Client.Pages.Savings;

/// <summary>Time that a layer added to requests, in milliseconds.</summary>
/// <param name="Requests">Requests that it ran for.</param>
/// <param name="P50">Median.</param>
/// <param name="P95">19 of 20 took no longer.</param>
internal sealed record LayerLatency(int Requests, double P50, double P95)
{
    public static LayerLatency Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Where(static m => m > 0).Order().ToArray();
        return new LayerLatency(sorted.Length, Quantile(sorted, 0.50), Quantile(sorted, 0.95));
    }

    private static double Quantile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
