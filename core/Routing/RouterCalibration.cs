using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// Calibrates the router with golden questions and finds the threshold that they support. One half of the questions is fitted on (Platt scaling
/// below 1,000 questions, isotonic regression from there on), the other tests thresholds: what is claimed was never fitted on.
/// </summary>
public static class RouterCalibration
{
    /// <summary>Fewer questions than this leave a step function too free.</summary>
    public const int IsotonicRows = 1000;

    // Fewer than this of a label say nothing of a slope: then the model's own probabilities are tested as they are.
    private const int FewestOfALabel = 20;

    /// <summary>Calibrates and tests.</summary>
    /// <param name="rows">Labelled questions, drawn as the traffic is.</param>
    /// <param name="lowest">The lowest threshold to test, 0 to 0.95.</param>
    /// <param name="maxMisrouteRate">Misrouted share of the routed to stay at or below, in (0,1).</param>
    /// <param name="level">Chance of a wrong claim, in (0,1).</param>
    public static RouterCalibrationResult Calibrate(IReadOnlyList<GoldenScore> rows, double lowest, double maxMisrouteRate, double level)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var fitted = rows.Where(r => InFitHalf(r.Text)).ToList();
        var tested = rows.Where(r => !InFitHalf(r.Text)).ToList();
        var map = Fit(fitted, rows.Count);
        var scored = tested.Select(r => new LabelledScore(map.Apply(r.SimpleLogit) ?? 0, r.IsSimple)).ToList();
        return new RouterCalibrationResult(
            map,
            map.Kind == CalibrationKind.Identity ? 0 : fitted.Count,
            scored,
            ReliabilityBins.ExpectedCalibrationError([.. tested.Select(r => (CalibrationMap.Identity.Apply(r.SimpleLogit) ?? 0, r.IsSimple))]),
            ReliabilityBins.ExpectedCalibrationError([.. scored.Select(s => (s.Score, s.IsRight))]),
            ThresholdCertification.Certify(scored, lowest, maxMisrouteRate, level));
    }

    /// <summary>
    /// Whether a question of the fitted half trains a head of one's own rather than its calibration: two of three do. A head is over-confident on what it
    /// was fitted to, so that a calibration learned there would be too.
    /// </summary>
    public static bool TrainsHead(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return InFitHalf(text) && Hash(text)[1] % 3 != 0;
    }

    /// <summary>Whether a question is one of those fitted on: by a hash of its text, so that the order of the rows says nothing.</summary>
    public static bool InFitHalf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (Hash(text)[0] & 1) == 0;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim().ToUpperInvariant()));

    private static CalibrationMap Fit(List<GoldenScore> rows, int all)
    {
        var simple = rows.Count(r => r.IsSimple);
        if (Math.Min(simple, rows.Count - simple) < FewestOfALabel)
            return CalibrationMap.Identity;
        var pairs = rows.ConvertAll(r => (r.SimpleLogit, r.IsSimple));
        return all >= IsotonicRows ? IsotonicRegression.Fit(pairs) : PlattScaling.Fit(pairs) ?? CalibrationMap.Identity;
    }
}

/// <summary>What golden questions made of the router.</summary>
/// <param name="Map">From the router's logit to P(simple).</param>
/// <param name="FittedRows">Questions that it was fitted on; 0 where the router's own probability is kept.</param>
/// <param name="Tested">P(simple) and label of the questions that thresholds were tested on.</param>
/// <param name="ErrorBefore">Expected calibration error on those without the map.</param>
/// <param name="ErrorAfter">The same with it.</param>
/// <param name="Verdict">What they say of thresholds.</param>
public sealed record RouterCalibrationResult(
    CalibrationMap Map, int FittedRows, IReadOnlyList<LabelledScore> Tested, double ErrorBefore, double ErrorAfter, ThresholdVerdict Verdict);
