using CsCheck;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ByteBudgetTests
{
    private static readonly DateTimeOffset Now = CacheEntries.Now;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    [Fact]
    public void Report_WithinTheBudget_LetsEverythingStay()
    {
        var budget = new ByteBudget(100, Silence);
        Assert.Equal(0, budget.Report("a", [new(60, 1)], Now));
        Assert.Equal(0, budget.Report("b", [new(40, 9)], Now));
        Assert.Equal(100, budget.Bytes);
    }

    [Fact]
    public void Report_BeyondIt_TheLeastWorthLeaveWhereverTheyLie()
    {
        var budget = new ByteBudget(100, Silence);
        budget.Report("cheap", [new(50, 1), new(50, 2)], Now);
        // What is dear stays, although it came last.
        Assert.Equal(0, budget.Report("dear", [new(60, 8)], Now));
        Assert.Equal(60, budget.Report("cheap", [new(50, 1), new(50, 2)], Now));
        Assert.Equal(0, budget.Report("cheap", [new(40, 2)], Now));
    }

    [Fact]
    public void Report_OfAShardThatEndedOrFellSilent_CountsNoMore()
    {
        var budget = new ByteBudget(100, Silence);
        budget.Report("a", [new(80, 1)], Now);
        budget.Report("b", [new(20, 1)], Now);
        budget.Report("b", [], Now);
        Assert.Equal(80, budget.Bytes);
        Assert.Equal(0, budget.Report("c", [new(90, 1)], Now + Silence + TimeSpan.FromTicks(1)));
        Assert.Equal(90, budget.Bytes);
    }

    /// <summary>Shards that do as they are told end within the budget, having given up nothing worth more than what is left elsewhere.</summary>
    [Fact]
    public void Report_UntilNothingLeaves_EndsWithinTheBudgetByWorth() =>
        Gen.Select(Gen.Int[1, 100].Array[1, 12].Array[1, 6], Gen.Int[50, 1500]).Sample((worths, bytes) =>
        {
            var budget = new ByteBudget(bytes, Silence);
            var shards = worths.Select(w => w.Order().ToList()).ToList();
            for (var round = 0; round < 20; round++)
            {
                for (var i = 0; i < shards.Count; i++)
                {
                    var leaving = budget.Report("s" + i, [.. shards[i].Select(w => new WorthSlice(10, w))], Now);
                    shards[i].RemoveRange(0, (int)Math.Min(shards[i].Count, (leaving + 9) / 10));
                }
            }

            Assert.InRange(shards.Sum(s => s.Count) * 10, 0, bytes);
            var gone = worths.SelectMany(w => w).Order().ToList();
            foreach (var stays in shards.SelectMany(s => s))
                gone.Remove(stays);
            if (gone.Count > 0 && shards.Exists(s => s.Count > 0))
                Assert.True(gone.Max() <= shards.SelectMany(s => s).Min() || gone.Count * 10 <= worths.Sum(w => w.Length) * 10 - bytes + 10 * shards.Count);
        });
}
