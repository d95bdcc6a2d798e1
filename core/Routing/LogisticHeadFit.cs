using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Routing;

/// <summary>Fits a <see cref="LogisticHead"/>: logistic regression over the embedding and standardised surface features. Deterministic.</summary>
public static class LogisticHeadFit
{
    // An embedding's components are small (unit length over hundreds of dimensions): scaled so that the penalty weighs on meaning and features alike.
    private const double EmbeddingScale = 5;

    /// <summary>Of 10, 30, 100 and 300 the least five-fold log loss on 1,531 golden MMLU questions: hundreds of labels for four hundred weights.</summary>
    public const double PenaltyOfHundreds = 100;

    /// <summary>Fits to labelled questions.</summary>
    /// <param name="rows">Embedding, features and whether the row is what the head shall find; both labels among them.</param>
    /// <param name="penalty">On the squares of the weights, above 0.</param>
    /// <returns>Weights and bias; see <see cref="LogisticHead"/>.</returns>
    /// <exception cref="ArgumentException">One of the labels does not occur.</exception>
    public static (float[] Weights, double Bias) Fit(
        IReadOnlyList<(ReadOnlyMemory<float> Embedding, ReadOnlyMemory<float> Features, bool Label)> rows, double penalty = PenaltyOfHundreds)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        var dimensions = rows[0].Embedding.Length;
        var features = rows[0].Features.Length;
        var (mean, scale) = Moments(rows, features);
        var count = dimensions + features;
        var matrix = new double[rows.Count * count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = matrix.AsSpan(i * count, count);
            for (var d = 0; d < dimensions; d++)
                row[d] = rows[i].Embedding.Span[d] * EmbeddingScale;
            for (var f = 0; f < features; f++)
                row[dimensions + f] = (rows[i].Features.Span[f] - mean[f]) / scale[f];
        }

        var fit = LogisticRegression.Fit(matrix, count, [.. rows.Select(r => r.Label)], [], penalty);
        var weights = new float[count];
        var bias = fit.Bias;
        for (var d = 0; d < dimensions; d++)
            weights[d] = (float)(fit.Weights[d] * EmbeddingScale);
        for (var f = 0; f < features; f++)
        {
            var weight = fit.Weights[dimensions + f] / scale[f];
            weights[dimensions + f] = (float)weight;
            bias -= weight * mean[f];
        }

        return (weights, bias);
    }

    private static (double[] Mean, double[] Scale) Moments(IReadOnlyList<(ReadOnlyMemory<float> Embedding, ReadOnlyMemory<float> Features, bool Label)> rows, int features)
    {
        var (mean, scale) = (new double[features], new double[features]);
        for (var f = 0; f < features; f++)
        {
            mean[f] = rows.Average(r => (double)r.Features.Span[f]);
            var deviation = Math.Sqrt(rows.Average(r => Math.Pow(r.Features.Span[f] - mean[f], 2)));
            scale[f] = deviation > 1e-9 ? deviation : 1;
        }

        return (mean, scale);
    }
}
