using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Tests.Calibration;

public sealed class BinomialBoundsTests
{
    [Fact]
    public void Upper_NoEvents_IsTheClosedForm()
    {
        // (1 - p)^n = level.
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 59), BinomialBounds.Upper(0, 59, 0.05), 12);
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 100_000), BinomialBounds.Upper(0, 100_000, 0.05), 12);
    }

    [Fact]
    public void Upper_OneEventOfTwo_IsTheRootByHand()
    {
        // P(X <= 1) = 1 - p^2 = 0.05.
        Assert.Equal(Math.Sqrt(0.95), BinomialBounds.Upper(1, 2, 0.05), 12);
    }

    [Fact]
    public void Upper_NoTrialsOrOnlyEvents_IsOne()
    {
        Assert.Equal(1, BinomialBounds.Upper(0, 0, 0.05));
        Assert.Equal(1, BinomialBounds.Upper(7, 7, 0.05));
    }

    [Fact]
    public void Upper_MoreEvents_IsHigher() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[1, 300]).Sample(t =>
        {
            var (events, rest) = t;
            var trials = events + rest;
            var bound = BinomialBounds.Upper(events, trials, 0.05);
            Assert.True(bound > (double)events / trials);
            Assert.True(BinomialBounds.Upper(events + 1, trials, 0.05) > bound);
            Assert.True(BinomialBounds.Upper(events, trials + 1, 0.05) < bound);
        });
}
