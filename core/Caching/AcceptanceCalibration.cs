using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Fits an acceptance model to an operator's own labelled pairs and finds the threshold that they support. One half of the pairs is fitted
/// on, the other tests thresholds (<see cref="ThresholdCertification"/>): what is claimed was never fitted on. Questions that occur
/// in several pairs stay in one half.
/// </summary>
public static class AcceptanceCalibration
{
    /// <summary>The lowest threshold that is tested.</summary>
    public const double Lowest = 0.3;

    // Fewer than this say nothing of seven weights: then the prior's are kept, and only its threshold is tested.
    private const int FewestOfALabel = 20;

    /// <summary>Calibrates.</summary>
    /// <param name="prior">The model to start from.</param>
    /// <param name="pairs">Labelled pairs, drawn as the cache meets them: a question with the nearest one it would be held against.</param>
    /// <param name="maxErrorRate">Wrong share of the hits to stay at or below, in (0,1).</param>
    /// <param name="level">Chance of a wrong claim, in (0,1).</param>
    public static AcceptanceCalibrationResult Calibrate(AcceptanceModel prior, IReadOnlyList<ComparedPair> pairs, double maxErrorRate, double level)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(pairs);
        var halves = Halves(pairs);
        var fitted = pairs.Where((p, i) => halves[i] && p.Guard == MatchGuardReason.None).ToList();
        var tested = pairs.Where((_, i) => !halves[i]).ToList();
        var same = fitted.Count(p => p.Same);
        var adapts = Math.Min(same, fitted.Count - same) >= FewestOfALabel;
        var weights = adapts ? AcceptanceFit.Adapt(prior, fitted) : new AcceptanceWeights(prior.Mean, prior.Scale, prior.Weights, prior.Bias);
        var model = prior with { Mean = weights.Mean, Scale = weights.Scale, Weights = weights.Weights, Bias = weights.Bias };
        // Two chances to make a claim: each gets half of the error probability.
        var share = adapts ? level / 2 : level;
        var (before, after) = (Test(prior, tested, maxErrorRate, share), adapts ? Test(model, tested, maxErrorRate, share) : null);
        return after?.Certified is { } own && own.Accepted > (before.Certified?.Accepted ?? 0)
            ? new AcceptanceCalibrationResult(model, fitted.Count, tested, before, after, after)
            : new AcceptanceCalibrationResult(prior, 0, tested, before, after, before);
    }

    private static ThresholdVerdict Test(AcceptanceModel model, List<ComparedPair> pairs, double maxErrorRate, double level)
    {
        var policy = new AcceptancePolicy(model);
        return ThresholdCertification.Certify([.. pairs.Select(p => new LabelledScore(p.Score(policy), p.Same))], Lowest, maxErrorRate, level);
    }

    // Pairs that are joined by a question share a half, chosen by a hash of the least question among them: the order of the rows says nothing.
    private static bool[] Halves(IReadOnlyList<ComparedPair> pairs)
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var (a, b) = (Root(pair.A), Root(pair.B));
            if (a != b)
                parent[string.CompareOrdinal(a, b) > 0 ? a : b] = string.CompareOrdinal(a, b) > 0 ? b : a;
        }

        return [.. pairs.Select(p => (SHA256.HashData(Encoding.UTF8.GetBytes(Root(p.A)))[0] & 1) == 0)];

        string Root(string text)
        {
            parent.TryAdd(text, text);
            var root = text;
            while (parent[root] != root)
                root = parent[root];
            while (parent[text] != root)
                (parent[text], text) = (root, parent[text]);
            return root;
        }
    }
}

/// <summary>What labelled pairs made of an acceptance model.</summary>
/// <param name="Model">The model of the weights that serve more at the promise; threshold and provenance are still the prior's.</param>
/// <param name="FittedPairs">Pairs that its weights were fitted on; 0 where they are the prior's.</param>
/// <param name="Tested">The pairs that thresholds were tested on.</param>
/// <param name="PriorWeights">What those say of the prior's weights.</param>
/// <param name="OwnWeights">What they say of weights adapted to the other half; null where that has too few pairs.</param>
/// <param name="Chosen">The verdict on <paramref name="Model"/>.</param>
public sealed record AcceptanceCalibrationResult(
    AcceptanceModel Model, int FittedPairs, IReadOnlyList<ComparedPair> Tested,
    ThresholdVerdict PriorWeights, ThresholdVerdict? OwnWeights, ThresholdVerdict Chosen)
{
    private static readonly double[] CurveThresholds = [.. Enumerable.Range(6, 14).Select(i => i / 20.0), 0.97, 0.98, 0.99];

    /// <summary>Where the calibrated model comes from, and the curve on the tested pairs, whose thresholds are those that risk control may choose from.</summary>
    /// <param name="prior">The prior's provenance.</param>
    /// <param name="modelSha256">SHA-256 of the models that scored the pairs; the prior's may have been others.</param>
    /// <param name="data">The pairs' file, with the number fitted on.</param>
    /// <param name="certified">The threshold that is used.</param>
    /// <param name="maxErrorRate">What it was tested for.</param>
    /// <param name="confidence">How surely.</param>
    public AcceptanceProvenance ToProvenance(
        AcceptanceProvenance prior, IReadOnlyDictionary<string, string> modelSha256, FittedData data, ThresholdTest certified, double maxErrorRate, double confidence)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(certified);
        var policy = new AcceptancePolicy(Model);
        var ranked = Tested.Select(p => (Score: p.Score(policy), p.Same)).OrderByDescending(p => p.Score).ToList();
        var positives = Math.Max(1, ranked.Count(p => p.Same));
        return prior with
        {
            ModelSha256 = modelSha256,
            Data = FittedPairs > 0 ? [.. prior.Data, data] : prior.Data,
            Method = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{prior.Method} Then calibrated with {data.File}: {(FittedPairs > 0 ? $"weights adapted on {FittedPairs} of its pairs" : "weights kept")}; threshold certified on {Tested.Count} others at {certified.Wrong} wrong of {certified.Accepted} hits, at most {certified.UpperBound:0.0000} wrong (asked: {maxErrorRate:0.####}) with confidence {confidence:0.####}."),
            HeldOutPairs = Tested.Count,
            HeldOutAveragePrecision = AveragePrecision(ranked, positives),
            Curve = [.. CurveThresholds.Append(certified.Threshold).Distinct().Order().Select(Point)],
        };

        OperatingPoint Point(double threshold)
        {
            var served = ranked.TakeWhile(p => p.Score >= threshold).ToList();
            var right = served.Count(p => p.Same);
            return new OperatingPoint(threshold, served.Count == 0 ? 1 : (double)right / served.Count, (double)right / positives);
        }
    }

    private static double AveragePrecision(List<(double Score, bool Same)> ranked, int positives)
    {
        var (sum, right) = (0.0, 0);
        for (var i = 0; i < ranked.Count && !double.IsNegativeInfinity(ranked[i].Score); i++)
        {
            if (ranked[i].Same)
                sum += ++right / (double)(i + 1);
        }

        return sum / positives;
    }
}
