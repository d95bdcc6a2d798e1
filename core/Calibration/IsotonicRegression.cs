namespace OrleansLlm.Core.Calibration;

/// <summary>The least-squares function of a logit that never falls, by pooling adjacent violators (Zadrozny and Elkan, KDD 2002).</summary>
public static class IsotonicRegression
{
    /// <summary>The map: each pool's share of positives from its first to its last logit.</summary>
    /// <param name="rows">At least one logit with its label.</param>
    public static CalibrationMap Fit(IReadOnlyList<(double Logit, bool Label)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        var pools = new List<Pool>();
        // Equal logits are one pool from the start: nothing could tell them apart.
        foreach (var tied in rows.GroupBy(r => r.Logit).OrderBy(g => g.Key))
        {
            var pool = new Pool(tied.Key, tied.Key, tied.Count(r => r.Label), tied.Count());
            while (pools.Count > 0 && pools[^1].Share >= pool.Share)
            {
                pool = pools[^1].With(pool);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        var logits = new List<double>(pools.Count * 2);
        var probabilities = new List<double>(pools.Count * 2);
        foreach (var pool in pools)
        {
            logits.Add(pool.First);
            probabilities.Add(pool.Share);
            if (pool.Last <= pool.First)
                continue;
            logits.Add(pool.Last);
            probabilities.Add(pool.Share);
        }

        return new CalibrationMap { Kind = CalibrationKind.Isotonic, Logits = logits, Probabilities = probabilities };
    }

    private readonly record struct Pool(double First, double Last, int Positives, int Count)
    {
        public double Share => (double)Positives / Count;

        public Pool With(Pool next) => new(First, next.Last, Positives + next.Positives, Count + next.Count);
    }
}
