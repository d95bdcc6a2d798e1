using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Core.Tests.Caching.Risk;

public sealed class ErrorRateBoundsTests
{
    [Fact]
    public void UpperBound_WithoutLabels_IsOne() => Assert.Equal(1, ErrorRateBounds.UpperBound([], 0.05));

    // 300 to 500 labels without an error for 1 % at 95 %: the price of looking after every label is about a factor of 1.5 over 299.
    [Fact]
    public void IsBelow_LabelsWithoutError_TakesFewHundredForOnePercent()
    {
        Assert.False(ErrorRateBounds.IsBelow([new(1, 298, 0)], 0.01, 0.05));
        Assert.True(ErrorRateBounds.IsBelow([new(1, 450, 0)], 0.01, 0.05));
        Assert.True(ErrorRateBounds.IsAbove([new(1, 5, 5)], 0.01, 0.05));
        Assert.False(ErrorRateBounds.IsAbove([new(1, 500, 5)], 0.01, 0.05));
    }

    [Fact]
    public void UpperBound_MoreWrongOrFewerRight_IsNotLower() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 50], Gen.Double[0.05, 1]).Sample((right, wrong, weight) =>
        {
            var bound = ErrorRateBounds.UpperBound([new(weight, right, wrong)], 0.05);
            Assert.True(ErrorRateBounds.UpperBound([new(weight, right, wrong + 1)], 0.05) >= bound - 1e-9);
            Assert.True(ErrorRateBounds.UpperBound([new(weight, right + 1, wrong)], 0.05) <= bound + 1e-9);
            Assert.True(bound >= (double)wrong / Math.Max(1, right + wrong) - 1e-9);
        });

    // Ville's inequality at work: with the null exactly true, looked at after every label, the claim is wrongly refuted with probability at
    // most 0.05, weights included. 33 of 400 is what a true 0.05 stays below with probability 0.999.
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.10)]
    public void IsBelowAndIsAbove_NullTrueLookedAtAlways_SeldomRefute(double rate)
    {
        const int Runs = 400;
        var below = 0;
        var above = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            long[] right = [0, 0];
            long[] wrong = [0, 0];
            var saidBelow = false;
            var saidAbove = false;
            for (var i = 0; i < 2000; i++)
            {
                // Two strata, the second sampled four times as often and weighted by a fourth; the first errs more.
                var second = random.NextDouble() < 0.5;
                if (random.NextDouble() >= (second ? 0.8 : 0.2))
                    continue;
                var isWrong = random.NextDouble() < (second ? 0.5 : 1.5) * rate;
                (isWrong ? wrong : right)[second ? 1 : 0]++;
                IReadOnlyList<WeightedCount> labels = [new(1, right[0], wrong[0]), new(0.25, right[1], wrong[1])];
                saidBelow |= ErrorRateBounds.IsBelow(labels, rate, 0.05);
                saidAbove |= ErrorRateBounds.IsAbove(labels, rate, 0.05);
            }

            below += saidBelow ? 1 : 0;
            above += saidAbove ? 1 : 0;
        }

        Assert.InRange(below, 0, 33);
        Assert.InRange(above, 0, 33);
    }
}
