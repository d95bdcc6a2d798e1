using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>Precision and recall of a score over labelled pairs; a pair that is never served has the score minus infinity.</summary>
internal sealed class PrecisionRecall
{
    private readonly (double Score, bool Same)[] _ranked;

    public PrecisionRecall(IEnumerable<(double Score, bool Same)> scored)
    {
        _ranked = [.. scored.OrderByDescending(s => s.Score)];
        Positives = _ranked.Count(s => s.Same);
    }

    public int Count => _ranked.Length;

    public int Positives { get; }

    /// <summary>
    /// Average precision: mean over the positives of the precision at their rank. Ties count as one rank; pairs that can never be served
    /// add nothing.
    /// </summary>
    public double AveragePrecision
    {
        get
        {
            var sum = 0.0;
            var right = 0;
            for (var i = 0; i < _ranked.Length && !double.IsNegativeInfinity(_ranked[i].Score);)
            {
                var end = i;
                var newRight = 0;
                for (; end < _ranked.Length && _ranked[end].Score.Equals(_ranked[i].Score); end++)
                    newRight += _ranked[end].Same ? 1 : 0;
                right += newRight;
                sum += newRight * (double)right / end;
                i = end;
            }

            return Positives == 0 ? 0 : sum / Positives;
        }
    }

    /// <summary>Pairs served from <paramref name="threshold"/> on, and how many of them rightly.</summary>
    public (int Served, int Right) At(double threshold)
    {
        var served = 0;
        var right = 0;
        while (served < _ranked.Length && _ranked[served].Score >= threshold)
            right += _ranked[served++].Same ? 1 : 0;
        return (served, right);
    }

    public OperatingPoint Point(double threshold)
    {
        var (served, right) = At(threshold);
        return new(threshold, served == 0 ? 1 : (double)right / served, Positives == 0 ? 0 : (double)right / Positives);
    }
}
