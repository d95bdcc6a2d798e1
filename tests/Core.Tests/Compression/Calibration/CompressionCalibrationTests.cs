using OrleansLlm.Core.Compression.Calibration;

namespace OrleansLlm.Core.Tests.Compression.Calibration;

public sealed class CompressionCalibrationTests
{
    [Fact]
    public void Choose_RatesWithoutLoss_TakesTheStrongest() =>
        Assert.Equal(.25, CompressionCalibration.Choose([Outcome(.62, 0, 120), Outcome(.25, 0, 120)], .03, .05)!.KeepRate);

    [Fact]
    public void Choose_TooFewQuestions_SupportsNone()
    {
        Assert.Null(CompressionCalibration.Choose([Outcome(.62, 0, 90)], .03, .05));
        Assert.InRange(CompressionCalibration.QuestionsNeeded(Outcome(.62, 0, 90), .03, .05)!.Value, 99, 103);
    }

    [Fact]
    public void Choose_StrongRateThatPassesBehindOneThatFails_IsNotTaken() =>
        Assert.Equal(.8, CompressionCalibration.Choose([Outcome(.33, 0, 200), Outcome(.62, 9, 200), Outcome(.8, 1, 200)], .03, .05)!.KeepRate);

    [Fact]
    public void Choose_GainsByChance_DoNotMakeUpForLosses() =>
        Assert.Null(CompressionCalibration.Choose([new RateOutcome(.62, Lost: 12, Gained: 12, Right: 200, Questions: 200, 100, 60)], .03, .05));

    [Fact]
    public void Choose_QuestionsThatAreAnsweredWrongAnyway_SupportNothing()
    {
        Assert.Null(CompressionCalibration.Choose([new RateOutcome(.62, Lost: 0, Gained: 0, Right: 0, Questions: 1000, 100, 60)], .03, .05));
        Assert.Null(CompressionCalibration.Choose([new RateOutcome(.62, Lost: 2, Gained: 0, Right: 50, Questions: 1000, 100, 60)], .03, .05));
        Assert.Null(CompressionCalibration.QuestionsNeeded(new RateOutcome(.62, Lost: 0, Gained: 0, Right: 0, Questions: 1000, 100, 60), .03, .05));
        Assert.InRange(CompressionCalibration.QuestionsNeeded(new RateOutcome(.62, Lost: 0, Gained: 0, Right: 45, Questions: 90, 100, 60), .03, .05)!.Value, 198, 206);
    }

    [Fact]
    public void QuestionsNeeded_LossesAboveTheAllowed_NoNumberWouldDo() =>
        Assert.Null(CompressionCalibration.QuestionsNeeded(Outcome(.62, 10, 100), .03, .05));

    [Fact]
    public void UpperBound_TrueLossRate_IsExceededRarely() => Gen.Select(Gen.Double[.005, .2], Gen.Int[30, 300], Gen.Double[0, 1].Array[300]).Sample((rate, n, draws) =>
    {
        // Deterministic part of the promise: the bound is above the share seen, and falls with more questions.
        var lost = draws.Take(n).Count(d => d < rate);
        var bound = CompressionCalibration.UpperBound(Outcome(.62, lost, n), .05);
        Assert.True(bound >= (double)lost / n);
        Assert.True(CompressionCalibration.UpperBound(Outcome(.62, lost * 2, n * 2), .05) <= bound + 1e-9);
    });

    private static RateOutcome Outcome(double rate, int lost, int questions) => new(rate, lost, 0, questions, questions, 1000, (long)(1000 * rate));
}
