namespace OrleansLlm.Core.Calibration;

/// <summary>
/// Fits slope and offset of a logistic function over a model's logit (Platt 1999), with his smoothed targets: (positives + 1) / (positives + 2)
/// and 1 / (negatives + 2), which keep few or separable labels finite.
/// </summary>
public static class PlattScaling
{
    // Only against a flat direction of the loss; the smoothed targets do the regularising.
    private const double Ridge = 1e-9;

    /// <summary>The map; null where the logits say nothing of the labels or the opposite.</summary>
    /// <param name="rows">Logits with their labels, both labels among them.</param>
    public static CalibrationMap? Fit(IReadOnlyList<(double Logit, bool Label)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var positives = rows.Count(r => r.Label);
        var high = (positives + 1.0) / (positives + 2.0);
        var low = 1.0 / (rows.Count - positives + 2.0);
        // A target between 0 and 1 is a row of each label with its weight.
        var logits = new double[rows.Count * 2];
        var labels = new bool[rows.Count * 2];
        var weights = new double[rows.Count * 2];
        for (var i = 0; i < rows.Count; i++)
        {
            logits[2 * i] = logits[(2 * i) + 1] = rows[i].Logit;
            labels[2 * i] = true;
            weights[2 * i] = rows[i].Label ? high : low;
            weights[(2 * i) + 1] = 1 - weights[2 * i];
        }

        var fit = LogisticRegression.Fit(logits, 1, labels, weights, Ridge);
        return fit.Weights[0] > 0 ? new CalibrationMap { Kind = CalibrationKind.Platt, Slope = fit.Weights[0], Offset = fit.Bias } : null;
    }
}
