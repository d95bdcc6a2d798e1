using System.Numerics.Tensors;

namespace OrleansLlm.Core.Calibration;

/// <summary>
/// L2-regularised logistic regression, fitted by Newton's method (iteratively reweighted least squares) with step halving. Deterministic:
/// no seed, no data order. For hundreds of features and up to some 100k rows; memory is O(features^2).
/// </summary>
public static class LogisticRegression
{
    private const int MaxIterations = 100;
    private const double Tolerance = 1e-10;

    /// <summary>
    /// Minimises sum over rows of weight * logloss + l2/2 * |weights|^2. The bias is not penalised.
    /// </summary>
    /// <param name="rows">Row-major features, <paramref name="featureCount"/> per row; standardise them first.</param>
    /// <param name="featureCount">Features per row, at least 1.</param>
    /// <param name="labels">One per row.</param>
    /// <param name="rowWeights">One per row, not negative; empty means 1 for each.</param>
    /// <param name="l2">Penalty, above 0: it also keeps separable data finite.</param>
    /// <param name="offsets">One per row, added to its logit; empty means 0 for each.</param>
    /// <exception cref="ArgumentException">Lengths disagree, a label is missing altogether, or <paramref name="l2"/> is not above 0.</exception>
    public static LogisticFit Fit(
        ReadOnlySpan<double> rows, int featureCount, ReadOnlySpan<bool> labels, ReadOnlySpan<double> rowWeights, double l2,
        ReadOnlySpan<double> offsets = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(l2);
        if (rows.Length != labels.Length * featureCount)
            throw new ArgumentException($"{labels.Length} labels of {featureCount} features need {labels.Length * featureCount} numbers, not {rows.Length}", nameof(rows));
        if (!rowWeights.IsEmpty && rowWeights.Length != labels.Length)
            throw new ArgumentException($"{labels.Length} labels need as many weights, not {rowWeights.Length}", nameof(rowWeights));
        if (!offsets.IsEmpty && offsets.Length != labels.Length)
            throw new ArgumentException($"{labels.Length} labels need as many offsets, not {offsets.Length}", nameof(offsets));
        if (!labels.Contains(true) || !labels.Contains(false))
            throw new ArgumentException("both labels must occur: without one of them the bias has no finite optimum", nameof(labels));

        var size = featureCount + 1; // the bias is last
        var parameters = new double[size];
        var gradient = new double[size];
        var hessian = new double[size * size];
        var loss = Evaluate(rows, featureCount, labels, rowWeights, l2, offsets, parameters, gradient, hessian);
        var iteration = 0;
        for (; iteration < MaxIterations; iteration++)
        {
            var step = SymmetricSolver.Solve(hessian, gradient);
            var scale = 1.0;
            double[] next;
            double nextLoss;
            do
            {
                var s = scale;
                next = [.. parameters.Select((p, i) => p - (s * step[i]))];
                nextLoss = Evaluate(rows, featureCount, labels, rowWeights, l2, offsets, next, gradient, hessian);
                scale /= 2;
            }
            while (nextLoss > loss && scale > 1e-8);

            var gain = loss - nextLoss;
            if (gain < 0)
                break;
            (parameters, loss) = (next, nextLoss);
            if (gain <= Tolerance * (1 + Math.Abs(loss)))
                break;
        }

        return new(parameters[..featureCount], parameters[featureCount], loss, iteration);
    }

    private static double Evaluate(
        ReadOnlySpan<double> rows, int featureCount, ReadOnlySpan<bool> labels, ReadOnlySpan<double> rowWeights, double l2,
        ReadOnlySpan<double> offsets, double[] parameters, double[] gradient, double[] hessian)
    {
        var size = featureCount + 1;
        Array.Clear(gradient);
        Array.Clear(hessian);
        var loss = 0.0;
        Span<double> x = new double[size];
        x[featureCount] = 1;
        for (var row = 0; row < labels.Length; row++)
        {
            rows.Slice(row * featureCount, featureCount).CopyTo(x);
            var z = offsets.IsEmpty ? 0.0 : offsets[row];
            for (var i = 0; i < size; i++)
                z += parameters[i] * x[i];
            var weight = rowWeights.IsEmpty ? 1 : rowWeights[row];

            // log(1 + e^z) - y z without overflow.
            loss += weight * (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (labels[row] ? z : 0));
            var p = 1 / (1 + Math.Exp(-z));
            var error = weight * (p - (labels[row] ? 1 : 0));
            var curvature = weight * p * (1 - p);
            for (var i = 0; i < size; i++)
            {
                gradient[i] += error * x[i];
                var half = hessian.AsSpan(i * size, i + 1);
                TensorPrimitives.MultiplyAdd(x[..(i + 1)], curvature * x[i], half, half);
            }
        }

        for (var i = 0; i < featureCount; i++)
        {
            loss += l2 / 2 * parameters[i] * parameters[i];
            gradient[i] += l2 * parameters[i];
            hessian[(i * size) + i] += l2;
        }

        return loss;
    }
}
