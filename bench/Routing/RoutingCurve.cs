namespace OrleansLlm.Bench.Routing;

/// <summary>
/// How good a mix of two models gets as more of the questions go to the strong one, as RouteLLM computes it (arXiv 2406.18665,
/// <c>routellm/evals</c>): eleven thresholds at the deciles of the scores, the area under accuracy over the strong share.
/// </summary>
internal sealed class RoutingCurve
{
    private readonly (double Share, double Quality)[] _points;
    private readonly double _strong;
    private readonly double _weak;

    private RoutingCurve((double Share, double Quality)[] points, double strong, double weak)
    {
        _points = points;
        _strong = strong;
        _weak = weak;
    }

    /// <summary>Area between the curve and the weak model, over that between the strong and the weak model: 0.5 for a random router.</summary>
    public double AveragePerformanceGap
    {
        get
        {
            double area = 0;
            for (var i = 1; i < _points.Length; i++)
                area += (_points[i].Share - _points[i - 1].Share) * (_points[i].Quality + _points[i - 1].Quality) / 2;
            return (area - _weak) / (_strong - _weak);
        }
    }

    /// <param name="rows">Score (higher: to the strong model) and what either model reaches.</param>
    /// <param name="random">Breaks ties of scores.</param>
    public static RoutingCurve Of(IReadOnlyList<(double Score, double Strong, double Weak)> rows, Random random)
    {
        var order = rows.Select(r => (r.Score, Tie: random.NextDouble(), r.Strong, r.Weak)).OrderBy(r => r.Score).ThenBy(r => r.Tie).ToArray();
        // Quality where the first i rows stay with the weak model.
        var quality = new double[order.Length + 1];
        quality[0] = order.Sum(r => r.Strong);
        for (var i = 0; i < order.Length; i++)
            quality[i + 1] = quality[i] - order[i].Strong + order[i].Weak;
        var points = new (double, double)[11];
        for (var edge = 0; edge <= 10; edge++)
        {
            // With ties broken, quantile edge/10 (linear interpolation) has ceil((n-1)·edge/10) rows below it; at the last edge nobody is above.
            var below = edge == 10 ? order.Length : (int)Math.Ceiling((order.Length - 1) * edge / 10.0);
            points[10 - edge] = ((double)(order.Length - below) / order.Length, quality[below] / order.Length);
        }

        return new(points, rows.Average(r => r.Strong), rows.Average(r => r.Weak));
    }

    /// <summary>Least strong share, in percent, that closes <paramref name="part"/> of the gap between the two models.</summary>
    public double CallsFor(double part)
    {
        var wanted = _weak + part * (_strong - _weak);
        // numpy.interp with a curve that need not rise: the last segment whose left end is not above the wanted quality.
        if (wanted <= _points[0].Quality)
            return 100 * _points[0].Share;
        for (var i = 1; i < _points.Length; i++)
        {
            if (_points[i].Quality < wanted)
                continue;
            var (left, right) = (_points[i - 1], _points[i]);
            var step = right.Quality - left.Quality;
            return 100 * (step <= 0 ? right.Share : left.Share + (wanted - left.Quality) / step * (right.Share - left.Share));
        }

        return 100;
    }
}
