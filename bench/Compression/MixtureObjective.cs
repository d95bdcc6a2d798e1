namespace OrleansLlm.Bench.Compression;

/// <summary>
/// How much of what is needed a ranking keeps, between 0 and 1: smoothed survival of all gold sentences, averaged over the keep rates, the
/// records of a set, and the sets.
/// </summary>
internal sealed class MixtureObjective
{
    // Width of the step from lost to kept, in units of ln(rate): a near miss at one rate earns something.
    private const double Softness = .15;

    private readonly (FitRecord Record, double Share)[] _records;

    public MixtureObjective(IEnumerable<IReadOnlyList<FitRecord>> sets)
    {
        var known = sets.Where(s => s.Count > 0).ToList();
        _records = [.. known.SelectMany(s => s.Select(r => (r, 1.0 / known.Count / s.Count)))];
        Scores = [.. _records.Select(r => new double[r.Record.Costs.Length])];
    }

    public static IReadOnlyList<double> Rates { get; } = [.62, .33, .25, .10];

    /// <summary>Records.</summary>
    public int Count => _records.Length;

    // The mixed score of every sentence under the weights last set.
    private double[][] Scores { get; }

    public double Set(double[] weights)
    {
        for (var r = 0; r < _records.Length; r++)
        {
            Array.Clear(Scores[r]);
            for (var f = 0; f < weights.Length; f++)
                Add(Scores[r], _records[r].Record.Columns[f], weights[f], Scores[r]);
        }

        return Evaluate(-1, 0);
    }

    /// <summary>The value with one weight changed by <paramref name="change"/>; nothing is set.</summary>
    public double Evaluate(int feature, double change)
    {
        var values = new double[_records.Length];
        Parallel.For(0, _records.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, r =>
        {
            var (record, share) = _records[r];
            var scores = Scores[r];
            if (change != 0)
            {
                scores = new double[scores.Length];
                Add(Scores[r], record.Columns[feature], change, scores);
            }

            values[r] = share * SoftSurvival(record, scores);
        });
        return values.Sum();
    }

    private static double SoftSurvival(FitRecord record, double[] scores)
    {
        var worst = double.PositiveInfinity;
        for (var i = 0; i < scores.Length; i++)
        {
            if (record.IsGold[i])
                worst = Math.Min(worst, scores[i]);
        }

        var needed = 0;
        for (var i = 0; i < scores.Length; i++)
            needed += scores[i] >= worst ? record.Costs[i] : 0;
        var rate = Math.Log((double)needed / record.TotalCost);
        var sum = 0d;
        foreach (var keep in Rates)
            sum += 1 / (1 + Math.Exp((rate - Math.Log(keep)) / Softness));
        return sum / Rates.Count;
    }

    private static void Add(double[] scores, double[] column, double weight, double[] sum)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] = scores[i] + (weight * column[i]);
    }
}
