namespace OrleansLlm.Bench.Compression;

/// <summary>
/// How much of what is needed a ranking keeps, between 0 and 1: smoothed survival of all gold sentences, or the share of gold tokens
/// kept, averaged over the keep rates, the records of a set, and the sets.
/// </summary>
internal sealed class MixtureObjective
{
    // Width of the step from lost to kept, in units of ln(rate): a near miss at one rate earns something.
    private const double Softness = .15;

    private readonly (FitRecord Record, double Share, bool ByGoldTokens)[] _records;

    public MixtureObjective(IEnumerable<(IReadOnlyList<FitRecord> Records, bool ByGoldTokens)> sets)
    {
        var known = sets.Where(s => s.Records.Count > 0).ToList();
        _records = [.. known.SelectMany(s => s.Records.Select(r => (r, 1.0 / known.Count / s.Records.Count, s.ByGoldTokens)))];
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
            var (record, share, byTokens) = _records[r];
            var scores = Scores[r];
            if (change != 0)
            {
                scores = new double[scores.Length];
                Add(Scores[r], record.Columns[feature], change, scores);
            }

            values[r] = share * (byTokens ? GoldTokensKept(record, scores) : SoftSurvival(record, scores));
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

    private static double GoldTokensKept(FitRecord record, double[] scores)
    {
        var order = new int[scores.Length];
        var keys = new double[scores.Length];
        for (var i = 0; i < order.Length; i++)
            (order[i], keys[i]) = (i, -scores[i]);
        Array.Sort(keys, order);
        var gold = 0d;
        for (var i = 0; i < scores.Length; i++)
            gold += record.IsGold[i] ? record.Costs[i] : 0;
        var sum = 0d;
        foreach (var keep in Rates)
        {
            var left = keep * record.TotalCost;
            var kept = 0;
            foreach (var i in order)
            {
                left -= record.Costs[i];
                if (left < 0)
                    break;
                kept += record.IsGold[i] ? record.Costs[i] : 0;
            }

            sum += kept / gold;
        }

        return sum / Rates.Count;
    }

    private static void Add(double[] scores, double[] column, double weight, double[] sum)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] = scores[i] + (weight * column[i]);
    }
}
