using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Core.Tests.RateLimits;

public sealed class SlidingWindowTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);

    [Fact]
    public void Take_AnyTraffic_NoMinuteHoldsMoreThanTheLimit() =>
        Gen.Select(Gen.Int[1, 50], Gen.Select(Gen.Int[0, 20_000], Gen.Int[0, 20]).Array[1, 80]).Sample((limit, steps) =>
        {
            var window = new SlidingWindow();
            var now = Start;
            var given = new List<(TimeSpan At, long Amount)>();
            foreach (var (wait, wanted) in steps)
            {
                now = now + TimeSpan.FromMilliseconds(wait);
                var taken = window.Take(wanted, limit, now);
                Assert.InRange(taken, 0, wanted);
                given.Add((now, taken));
                Assert.True(given.Where(g => g.At > now - SlidingWindow.Period).Sum(g => g.Amount) <= limit);
                // And what has been a minute and a slot ago is no excuse.
                var counted = given.Where(g => g.At > now - SlidingWindow.Period - TimeSpan.FromMilliseconds(500)).Sum(g => g.Amount);
                Assert.True(taken == wanted || counted >= limit);
            }
        });

    [Fact]
    public void Take_Steadily_GivesTheLimitWithinTwoPercent()
    {
        var window = new SlidingWindow();
        var given = 0L;
        for (var i = 0; i < 10 * 60 * 10; i++)
            given += window.Take(1000, 600, Start + TimeSpan.FromMilliseconds(100 * i));
        Assert.InRange(given, 600 * 10 * 0.98, 600 * 10);
    }

    [Fact]
    public void Until_WhatIsWanted_IsThereThenAndNotBefore() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[0, 70_000].Array[0, 20]).Sample((limit, amount, waits) =>
        {
            var window = new SlidingWindow();
            var now = Start;
            foreach (var wait in waits)
            {
                now = now + TimeSpan.FromMilliseconds(wait);
                window.Take(3, limit, now);
            }

            var until = window.Until(amount, limit, now);
            Assert.InRange(until, TimeSpan.Zero, SlidingWindow.Period + TimeSpan.FromMilliseconds(500));
            if (amount > limit)
                return;
            if (until > TimeSpan.Zero)
                Assert.True(limit - UsedAt(window, now + until - TimeSpan.FromMilliseconds(1)) < amount);
            Assert.True(limit - UsedAt(window, now + until) >= amount);
        });

    [Fact]
    public void Charge_GivenBack_IsThereAgain()
    {
        var window = new SlidingWindow();
        Assert.Equal(10, window.Take(10, 10, Start));
        window.Charge(-4, Start + TimeSpan.FromSeconds(1));
        Assert.Equal(4, window.Take(10, 10, Start + TimeSpan.FromSeconds(1)));
        window.Charge(100, Start + TimeSpan.FromSeconds(2));
        Assert.Equal(0, window.Take(1, 10, Start + TimeSpan.FromSeconds(3)));
        Assert.Equal(10, window.Take(10, 10, Start + TimeSpan.FromSeconds(63)));
    }

    [Fact]
    public void Shares_OfAProcessThatIsGone_GoBack()
    {
        var shares = new ConcurrencyShares();
        Assert.Equal(7, shares.Set("a", 7, 10, Start));
        Assert.Equal(3, shares.Set("b", 7, 10, Start));
        Assert.Equal(5, shares.Set("a", 5, 10, Start + TimeSpan.FromSeconds(9)));
        Assert.Equal(5, shares.Set("b", 7, 10, Start + TimeSpan.FromSeconds(9)));
        Assert.Equal(7, shares.Set("b", 7, 10, Start + TimeSpan.FromSeconds(19)));
        Assert.Equal(7, shares.Total);
    }

    // Looking moves the window on, so that the order of the looks matters: the earlier first.
    private static long UsedAt(SlidingWindow window, TimeSpan at)
    {
        window.Charge(0, at);
        return window.Used;
    }
}
