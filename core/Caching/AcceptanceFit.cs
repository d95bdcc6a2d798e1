using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Caching;

/// <summary>Fits the logistic model of <see cref="AcceptancePolicy"/> to labelled pairs. Deterministic.</summary>
public static class AcceptanceFit
{
    private const double Scratch = 1.0;

    // As if a few dozen pairs had spoken for the prior: a hundred labels move it a little, ten thousand all the way.
    private const double Adapted = 10.0;

    /// <summary>Fits without a prior; features are standardised by the pairs' own means and deviations.</summary>
    /// <param name="pairs">Pairs that no rule forbids, with both labels among them.</param>
    /// <returns>Mean, scale, weights and bias; see <see cref="AcceptanceModel"/>.</returns>
    /// <exception cref="ArgumentException">One of the labels does not occur.</exception>
    public static AcceptanceWeights FromScratch(IReadOnlyList<ComparedPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var count = PairFeatures.Names.Count;
        var rows = Rows(pairs);
        var mean = new double[count];
        var scale = new double[count];
        for (var f = 0; f < count; f++)
        {
            var column = Enumerable.Range(0, pairs.Count).Select(i => rows[(i * count) + f]).ToArray();
            mean[f] = column.Average();
            var deviation = Math.Sqrt(column.Select(v => (v - mean[f]) * (v - mean[f])).Average());
            // A feature that never varies among allowed pairs (the rules see to that) carries no weight.
            scale[f] = deviation > 1e-9 ? deviation : 1;
        }

        Standardise(rows, mean, scale);
        var fit = LogisticRegression.Fit(rows, count, [.. pairs.Select(p => p.Same)], [], Scratch);
        return new AcceptanceWeights(mean, scale, fit.Weights, fit.Bias);
    }

    /// <summary>
    /// Fits how the weights differ from <paramref name="prior"/>'s, each difference with a normal prior about zero (penalty 10): few pairs
    /// keep to the prior, many overrule it.
    /// </summary>
    /// <param name="prior">The model to start from.</param>
    /// <param name="pairs">Pairs that no rule forbids, with both labels among them.</param>
    /// <exception cref="ArgumentException">One of the labels does not occur.</exception>
    public static AcceptanceWeights Adapt(AcceptanceModel prior, IReadOnlyList<ComparedPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(pairs);
        var count = PairFeatures.Names.Count;
        var rows = Rows(pairs);
        Standardise(rows, prior.Mean, prior.Scale);
        var offsets = new double[pairs.Count];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = prior.Bias;
            for (var f = 0; f < count; f++)
                offsets[i] += prior.Weights[f] * rows[(i * count) + f];
        }

        var fit = LogisticRegression.Fit(rows, count, [.. pairs.Select(p => p.Same)], [], Adapted, offsets);
        return new AcceptanceWeights(prior.Mean, prior.Scale, [.. prior.Weights.Zip(fit.Weights, (w, d) => w + d)], prior.Bias + fit.Bias);
    }

    private static double[] Rows(IReadOnlyList<ComparedPair> pairs)
    {
        var count = PairFeatures.Names.Count;
        var rows = new double[pairs.Count * count];
        for (var i = 0; i < pairs.Count; i++)
            pairs[i].Features.CopyTo(rows.AsSpan(i * count, count));
        return rows;
    }

    private static void Standardise(double[] rows, IReadOnlyList<double> mean, IReadOnlyList<double> scale)
    {
        for (var i = 0; i < rows.Length; i++)
            rows[i] = (rows[i] - mean[i % mean.Count]) / scale[i % scale.Count];
    }
}

/// <summary>The numbers of a fitted model; see <see cref="AcceptanceModel"/>.</summary>
public sealed record AcceptanceWeights(IReadOnlyList<double> Mean, IReadOnlyList<double> Scale, IReadOnlyList<double> Weights, double Bias);
