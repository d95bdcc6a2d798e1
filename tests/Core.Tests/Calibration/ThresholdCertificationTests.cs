using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Tests.Calibration;

public sealed class ThresholdCertificationTests
{
    [Fact]
    public void Certify_FiftyNineCleanRows_PassesEveryThreshold()
    {
        // 0.95^59 < 0.05 < 0.95^58: the smallest clean sample for 5% at 95%.
        var verdict = ThresholdCertification.Certify(Rows(59, 0, 0.97), 0.80, 0.05, 0.05);
        Assert.Equal(new ThresholdTest(0.80, 59, 0, verdict.Certified!.UpperBound), verdict.Certified);
        Assert.Null(verdict.Failed);
    }

    [Fact]
    public void Certify_OneRowShort_SaysOneMore()
    {
        var verdict = ThresholdCertification.Certify(Rows(58, 0, 0.97), 0.80, 0.05, 0.05);
        Assert.Null(verdict.Certified);
        Assert.Equal(0.80, verdict.Failed!.Threshold);
        Assert.Equal(1, verdict.MoreRows);
    }

    [Fact]
    public void Certify_RateAboveTheLimit_MoreRowsDoNotHelp()
    {
        var verdict = ThresholdCertification.Certify(Rows(90, 10, 0.97), 0.80, 0.05, 0.05);
        Assert.Null(verdict.Certified);
        Assert.Null(verdict.MoreRows);
    }

    [Fact]
    public void Certify_MissesBelowAThreshold_StopsAboveThem()
    {
        var verdict = ThresholdCertification.Certify([.. Rows(100, 0, 0.97), .. Rows(0, 50, 0.875)], 0.80, 0.05, 0.05);
        Assert.Equal(0.88, verdict.Certified!.Threshold);
        Assert.Equal(0.87, verdict.Failed!.Threshold);
    }

    [Fact]
    public void Certify_CleanRowsBelowAFailure_AreNotReached()
    {
        // Many right rows at 0.82 would make 0.80 look fine; the sequence ended at 0.90 already.
        var verdict = ThresholdCertification.Certify([.. Rows(60, 0, 0.97), .. Rows(0, 20, 0.90), .. Rows(10_000, 0, 0.82)], 0.80, 0.05, 0.05);
        Assert.Equal(0.91, verdict.Certified!.Threshold);
    }

    [Fact]
    public void Certify_TooFewRowsAtTheStrictest_BeginsWhereThereAreEnough()
    {
        // 20 clean rows prove nothing at 0.95; with those at 0.90 there are enough.
        var verdict = ThresholdCertification.Certify([.. Rows(20, 0, 0.97), .. Rows(60, 0, 0.90), .. Rows(0, 40, 0.85)], 0.80, 0.05, 0.05);
        Assert.Equal(0.86, verdict.Certified!.Threshold);
        Assert.Equal(0.85, verdict.Failed!.Threshold);
    }

    [Fact]
    public void Certify_AMistakeWhereThereAreJustEnough_EndsIt()
    {
        var verdict = ThresholdCertification.Certify([.. Rows(58, 1, 0.92), .. Rows(10_000, 0, 0.85)], 0.80, 0.05, 0.05);
        Assert.Null(verdict.Certified);
        Assert.Equal(0.92, verdict.Failed!.Threshold);
    }

    [Fact]
    public void Certify_NothingAccepted_CertifiesNothing()
    {
        var verdict = ThresholdCertification.Certify(Rows(500, 0, 0.10), 0.80, 0.05, 0.05);
        Assert.Null(verdict.Certified);
        Assert.Null(verdict.MoreRows);
    }

    private static List<LabelledScore> Rows(int right, int wrong, double score) =>
        [.. Enumerable.Repeat(new LabelledScore(score, true), right), .. Enumerable.Repeat(new LabelledScore(score, false), wrong)];
}
