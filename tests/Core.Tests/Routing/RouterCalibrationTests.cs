using System.Text;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class RouterCalibrationTests
{
    [Fact]
    public void Calibrate_OverconfidentScores_CertifiesOnRowsNotFittedOn()
    {
        // Truth: P(simple) = sigmoid(logit); the router says three times the logit.
        var random = new Random(5);
        var rows = Enumerable.Range(0, 4000).Select(i =>
        {
            var logit = (random.NextDouble() * 10) - 4;
            return new GoldenScore($"question {i}", 3 * logit, random.NextDouble() < 1 / (1 + Math.Exp(-logit)));
        }).ToList();
        var result = RouterCalibration.Calibrate(rows, 0.80, 0.10, 0.05);

        Assert.Equal(CalibrationKind.Isotonic, result.Map.Kind);
        Assert.Equal(rows.Count, result.FittedRows + result.Tested.Count);
        Assert.True(result.ErrorAfter < 0.03 && result.ErrorAfter < result.ErrorBefore, $"{result.ErrorBefore} {result.ErrorAfter}");
        var certified = result.Verdict.Certified!;
        Assert.Equal(certified.Accepted, result.Tested.Count(t => t.Score >= certified.Threshold));
        Assert.True(certified.UpperBound <= 0.10);
    }

    [Fact]
    public void Calibrate_FewRows_UsesPlattAndFewerStillNone()
    {
        Assert.Equal(CalibrationKind.Platt, RouterCalibration.Calibrate(Separable(600), 0.80, 0.05, 0.05).Map.Kind);
        var few = RouterCalibration.Calibrate(Separable(30), 0.80, 0.05, 0.05);
        Assert.Equal((CalibrationKind.Identity, 0), (few.Map.Kind, few.FittedRows));
        Assert.Null(few.Verdict.Certified);
        Assert.True(few.Verdict.MoreRows > 0);
    }

    [Fact]
    public void Calibrate_TheSameQuestionTwice_StaysInOneHalf()
    {
        Assert.Equal(RouterCalibration.InFitHalf("What is a bond?"), RouterCalibration.InFitHalf("  what is a BOND? "));
        var halves = Enumerable.Range(0, 1000).Count(i => RouterCalibration.InFitHalf($"q{i}"));
        Assert.InRange(halves, 400, 600);
    }

    [Fact]
    public void Certificate_WrittenAndRead_IsTheSame()
    {
        var certificate = Certificate();
        var read = RouterCertificate.Read(certificate.ToUtf8Json());
        Assert.Equal(certificate.Threshold, read.Threshold);
        Assert.Equal(certificate.Calibration.Slope, read.Calibration.Slope);
        Assert.Equal(64, read.Sha256.Length);
    }

    [Theory]
    [InlineData("\"threshold\": 0.84", "\"threshold\": 0.51")]
    [InlineData("\"upperBound\": 0.031", "\"upperBound\": 0.001")]
    [InlineData("\"slope\": 1.25", "\"slope\": 9.25")]
    [InlineData("\"router@1+abc", "\"router@2+abc")]
    [InlineData("\"misrouted\": 3", "\"misrouted\": 0")]
    public void Read_ChangedByHand_IsRefused(string before, string after)
    {
        var text = Encoding.UTF8.GetString(Certificate().ToUtf8Json());
        Assert.Contains(before, text, StringComparison.Ordinal);
        var failure = Assert.Throws<InvalidDataException>(() => RouterCertificate.Read(Encoding.UTF8.GetBytes(text.Replace(before, after, StringComparison.Ordinal))));
        Assert.Contains("changed", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void Read_NoCertificate_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => RouterCertificate.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Read_BoundAboveWhatWasAsked_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => RouterCertificate.Read((Certificate() with { UpperBound = 0.2 }).ToUtf8Json()));

    [Fact]
    public void StabilityIndex_SameAndShifted_AreTold()
    {
        double[] expected = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        Assert.Equal(0, ScoreDistribution.StabilityIndex(expected, expected), 12);
        // Half of one bin moves to another: (0.05 - 0.1) ln 0.5 + (0.15 - 0.1) ln 1.5.
        double[] moved = [0.05, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        Assert.Equal((0.05 * Math.Log(2)) + (0.05 * Math.Log(1.5)), ScoreDistribution.StabilityIndex(expected, moved), 9);
        Assert.Equal([0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5], ScoreDistribution.Shares([0.01, 1.0]));
    }

    private static List<GoldenScore> Separable(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new GoldenScore($"q{i}", i % 2 == 0 ? 3 : -3, i % 2 == 0))];

    private static RouterCertificate Certificate() => new()
    {
        Version = RouterCertificate.CurrentVersion,
        Model = "router@1+abc/embedder@1+def",
        Cheapest = "gpt-4o-mini",
        Strongest = "gpt-4o",
        KeptUp = ["Calculation", "HighStakes"],
        Data = "golden.jsonl",
        DataSha256 = new string('a', 64),
        FittedRows = 400,
        TestedRows = 410,
        Threshold = 0.84,
        Routed = 250,
        Misrouted = 3,
        UpperBound = 0.031,
        MaxMisrouteRate = 0.05,
        Confidence = 0.95,
        Calibration = new CalibrationMap { Kind = CalibrationKind.Platt, Slope = 1.25, Offset = -0.5 },
        ScoreShares = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        Date = new DateOnly(2026, 11, 25),
    };
}
