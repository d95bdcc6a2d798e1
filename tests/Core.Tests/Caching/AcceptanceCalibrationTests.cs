using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class AcceptanceCalibrationTests
{
    [Fact]
    public void Calibrate_AdaptedWeightsFindAThresholdThatThePriorDoesNot()
    {
        var result = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, ComparedPairs.Draw(4000, 3), 0.05, 0.05);
        Assert.Null(result.PriorWeights.Certified);
        Assert.Same(result.OwnWeights, result.Chosen);
        var certified = result.Chosen.Certified;
        Assert.NotNull(certified);
        Assert.True(certified.UpperBound <= 0.05);
        var policy = new AcceptancePolicy(result.Model);
        Assert.Equal(certified.Accepted, result.Tested.Count(p => p.Score(policy) >= certified.Threshold));
        Assert.Equal(certified.Wrong, result.Tested.Count(p => p.Score(policy) >= certified.Threshold && !p.Same));
    }

    [Fact]
    public void Calibrate_OnePairOfALabel_KeepsTheWeights()
    {
        var pairs = ComparedPairs.Draw(400, 4).Where(p => p.Same).Append(ComparedPairs.Pair("x", "y", false, -1, 0)).ToList();
        var result = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, pairs, 0.05, 0.05);
        Assert.Equal(0, result.FittedPairs);
        Assert.Null(result.OwnWeights);
        Assert.Equal(ComparedPairs.Prior.Weights, result.Model.Weights);
    }

    [Fact]
    public void Calibrate_AGoodPrior_IsKeptWhereOwnWeightsServeNoMore()
    {
        // The verifier tells everything already.
        var pairs = Enumerable.Range(0, 2000).Select(i => ComparedPairs.Pair($"left {i}", $"right {i}", i % 2 == 0, i % 2 == 0 ? 6 : -6, 0.5)).ToList();
        var result = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, pairs, 0.05, 0.05);
        Assert.NotNull(result.OwnWeights);
        Assert.Same(result.PriorWeights, result.Chosen);
        Assert.Equal((0, ComparedPairs.Prior.Bias), (result.FittedPairs, result.Model.Bias));
    }

    [Fact]
    public void Calibrate_PairsThatShareAQuestion_AreNeverFittedAndTested()
    {
        // Chains of three questions, given in an order that joins them late.
        var pairs = Enumerable.Range(0, 400)
            .SelectMany(i => new[]
            {
                ComparedPairs.Pair($"b{i}", $"c{i}", i % 2 == 0, 0, 0.5),
                ComparedPairs.Pair($"a{i}", $"b{i}", i % 2 == 0, 0, 0.5),
            }).ToList();
        var tested = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, pairs, 0.05, 0.05).Tested;
        Assert.InRange(tested.Count, 200, 600);
        Assert.All(tested.CountBy(p => p.A[1..] == p.B[1..] ? p.A[1..] : throw new InvalidOperationException()), count => Assert.Equal(2, count.Value));
    }

    [Fact]
    public void Calibrate_TheOrderOfTheRows_ChangesNothing()
    {
        var pairs = ComparedPairs.Draw(1000, 5);
        var straight = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, pairs, 0.1, 0.05);
        pairs.Reverse();
        var reversed = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, pairs, 0.1, 0.05);
        Assert.Equal(straight.Chosen, reversed.Chosen);
        Assert.Equal(straight.Model.Bias, reversed.Model.Bias, 6);
    }

    [Fact]
    public void ToProvenance_TellsTheCurveOnTheTestedPairs()
    {
        var result = AcceptanceCalibration.Calibrate(ComparedPairs.Prior, ComparedPairs.Draw(4000, 3), 0.05, 0.05);
        var models = new Dictionary<string, string> { ["verifier"] = "01" };
        var provenance = result.ToProvenance(ComparedPairs.Prior.Provenance, models, new FittedData("own.jsonl", "00", result.FittedPairs, 1), result.Chosen.Certified!, 0.05, 0.95);
        Assert.Equal(result.Tested.Count, provenance.HeldOutPairs);
        Assert.Equal(["own.jsonl"], provenance.Data.Select(d => d.File));
        var point = provenance.Curve.Single(p => p.Threshold.Equals(result.Chosen.Certified!.Threshold));
        Assert.Equal(1 - (result.Chosen.Certified!.Wrong / (double)result.Chosen.Certified.Accepted), point.Precision, 9);
        Assert.InRange(provenance.HeldOutAveragePrecision, 0.9, 1);
        using var file = new MemoryStream();
        Assert.Equal(models, provenance.ModelSha256);
        AcceptancePolicy.Write(file, result.Model with { Threshold = result.Chosen.Certified.Threshold, Provenance = provenance });
        file.Position = 0;
        Assert.Equal(result.Chosen.Certified.Threshold, AcceptancePolicy.Read(file).Threshold);
    }
}
