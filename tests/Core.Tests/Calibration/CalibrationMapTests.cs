using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Tests.Calibration;

public sealed class CalibrationMapTests
{
    [Fact]
    public void Platt_TwoLogits_HitsTheSmoothedSharesOfEach()
    {
        // Ten negatives at -1, ten positives at +1: Platt's targets are 1/12 and 11/12, and two parameters meet both: slope ln 11, offset 0.
        var map = PlattScaling.Fit([.. Enumerable.Repeat((-1.0, false), 10), .. Enumerable.Repeat((1.0, true), 10)]);
        Assert.Equal(Math.Log(11), map!.Slope, 5);
        Assert.Equal(0, map.Offset, 5);
        Assert.Equal(11 / 12.0, map.Apply(1)!.Value, 6);
    }

    [Fact]
    public void Platt_LogitsThatSayTheOpposite_GivesNone() =>
        Assert.Null(PlattScaling.Fit([.. Enumerable.Repeat((1.0, false), 10), .. Enumerable.Repeat((-1.0, true), 10)]));

    [Fact]
    public void Isotonic_Violators_ArePooled()
    {
        // 0, 1, 0, 1 at 1..4: the middle two pool to one half.
        var map = IsotonicRegression.Fit([(3, false), (1, false), (2, true), (4, true)]);
        Assert.Equal([1, 2, 3, 4], map.Logits);
        Assert.Equal([0, 0.5, 0.5, 1], map.Probabilities);
        Assert.Equal(0.25, map.Apply(1.5));
        Assert.Equal(0, map.Apply(-100));
        Assert.Equal(1, map.Apply(100));
        Assert.Null(map.Apply(double.NaN));
    }

    [Fact]
    public void Isotonic_AnyRows_NeverFallsAndKeepsTheMean() =>
        Gen.Select(Gen.Int[-20, 20], Gen.Bool).List[1, 60].Sample(rows =>
        {
            var pairs = rows.ConvertAll(r => ((double)r.Item1, r.Item2));
            var map = IsotonicRegression.Fit(pairs);
            Assert.Null(map.Validate());
            var fitted = pairs.Select(p => map.Apply(p.Item1)!.Value).ToList();
            Assert.Equal(pairs.Average(p => p.Item2 ? 1.0 : 0), fitted.Average(), 9);
            Assert.True(Enumerable.Range(-25, 50).All(x => map.Apply(x) <= map.Apply(x + 1)));
        });

    [Fact]
    public void Validate_MapsThatFall_AreNamed()
    {
        Assert.NotNull((CalibrationMap.Identity with { Slope = -1 }).Validate());
        Assert.NotNull(new CalibrationMap { Kind = CalibrationKind.Isotonic, Logits = [1, 2], Probabilities = [0.9, 0.1] }.Validate());
        Assert.NotNull(new CalibrationMap { Kind = CalibrationKind.Isotonic }.Validate());
    }
}
