using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class RecentResultsTests
{
    [Fact]
    public void Add_BeyondItsMost_ForgetsWhatWasNotUsed()
    {
        var results = new RecentResults<int, string>(8);
        for (var i = 0; i < 100; i++)
        {
            results.Add(i, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            // The first is asked for again and again.
            Assert.True(results.TryGet(0, out var first));
            Assert.Equal("0", first);
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(i => results.TryGet(i, out _)), 2, 8);
        Assert.True(results.TryGet(99, out _));
    }

    [Fact]
    public void Add_FromManyThreads_StaysWithinItsMost()
    {
        var results = new RecentResults<int, int>(64);
        Parallel.For(0, 100_000, i =>
        {
            results.Add(i % 1000, i % 1000);
            if (results.TryGet(i * 7 % 1000, out var value))
                Assert.Equal(i * 7 % 1000, value);
        });
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => results.TryGet(i, out _)), 1, 64 + (2 * Environment.ProcessorCount));
    }
}
