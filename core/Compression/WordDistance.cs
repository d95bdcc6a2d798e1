namespace OrleansLlm.Core.Compression;

/// <summary>
/// Evidence lies near matching words: scores that fade exponentially with the distance in words, so that short turns and long
/// sentences are treated alike (positional language models, Lv and Zhai 2009).
/// </summary>
internal sealed class WordDistance
{
    // Words between the middles of sentence i - 1 and i.
    private readonly double[] _steps;
    private readonly double[] _lengths;

    public WordDistance(TermIndex index)
    {
        _lengths = new double[index.Count];
        _steps = new double[index.Count];
        for (var i = 0; i < index.Count; i++)
        {
            _lengths[i] = Math.Max(1, index.Length(i));
            _steps[i] = i == 0 ? 0 : (_lengths[i - 1] + _lengths[i]) / 2;
        }
    }

    /// <summary>Words of each sentence, 1 at least.</summary>
    public double[] Lengths => _lengths;

    /// <summary>The other sentences' scores a word, weighted by exp(-distance / <paramref name="reach"/>).</summary>
    public double[] Density(ReadOnlySpan<double> scores, double reach)
    {
        var sums = new double[scores.Length];
        var masses = new double[scores.Length];
        Array.Copy(_lengths, masses, masses.Length);
        Spread(scores, reach, sums);
        Spread(_lengths, reach, masses);
        for (var i = 0; i < sums.Length; i++)
            sums[i] /= masses[i];
        return sums;
    }

    /// <summary>
    /// The sum over the terms of weight * exp(-distance / <paramref name="reach"/>) to the nearest sentence that has it; a reach of
    /// 0 counts the sentence itself only.
    /// </summary>
    public double[] Coverage(TermIndex index, ReadOnlySpan<double> weights, double reach)
    {
        var covered = new double[index.Count];
        var nearest = new double[index.Count];
        for (var term = 0; term < weights.Length; term++)
        {
            if (weights[term] <= 0)
                continue;
            Array.Clear(nearest);
            for (var i = 0; i < nearest.Length; i++)
            {
                foreach (var (posted, _) in index.Postings(i))
                {
                    if (posted == term)
                        nearest[i] = 1;
                }
            }

            if (reach > 0)
            {
                for (var i = 1; i < nearest.Length; i++)
                    nearest[i] = Math.Max(nearest[i], nearest[i - 1] * Fade(i, reach));
                for (var i = nearest.Length - 1; i > 0; i--)
                    nearest[i - 1] = Math.Max(nearest[i - 1], nearest[i] * Fade(i, reach));
            }

            for (var i = 0; i < nearest.Length; i++)
                covered[i] += weights[term] * nearest[i];
        }

        return covered;
    }

    private void Spread(ReadOnlySpan<double> values, double reach, double[] sums)
    {
        var carried = 0d;
        for (var i = 1; i < sums.Length; i++)
        {
            carried = (carried + values[i - 1]) * Fade(i, reach);
            sums[i] += carried;
        }

        carried = 0;
        for (var i = sums.Length - 1; i > 0; i--)
        {
            carried = (carried + values[i]) * Fade(i, reach);
            sums[i - 1] += carried;
        }
    }

    private double Fade(int i, double reach) => Math.Exp(-_steps[i] / reach);
}
