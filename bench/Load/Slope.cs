namespace OrleansLlm.Bench.Load;

/// <summary>A straight line through points, by least squares.</summary>
/// <param name="PerUnit">Rise of y per unit of x.</param>
/// <param name="StandardError">Of the rise, where the errors of the points are independent.</param>
internal readonly record struct Slope(double PerUnit, double StandardError)
{
    /// <summary>At least three points.</summary>
    public static Slope Of(IEnumerable<(double X, double Y)> points)
    {
        var all = points.ToList();
        var (meanX, meanY) = (all.Average(static p => p.X), all.Average(static p => p.Y));
        var squares = all.Sum(p => (p.X - meanX) * (p.X - meanX));
        var slope = all.Sum(p => (p.X - meanX) * (p.Y - meanY)) / squares;
        var residual = all.Sum(p => Math.Pow(p.Y - meanY - (slope * (p.X - meanX)), 2));
        return new Slope(slope, Math.Sqrt(residual / (all.Count - 2) / squares));
    }
}
