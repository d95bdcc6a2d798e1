using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class BudgetAllocatorTests
{
    [Fact]
    public void Allocate_EverythingFits_KeepsEverything() =>
        Assert.Equal([true, true, true], BudgetAllocator.Allocate([1, -2, 0], [10, 20, 30], [-1, -1, -1], 60, 0, 0));

    [Fact]
    public void Allocate_EqualScores_KeepsTheEarlier() =>
        Assert.Equal([true, true, false, false], BudgetAllocator.Allocate([1, 1, 1, 1], [10, 10, 10, 10], [-1, -1, -1, -1], 20, 0, 0));

    [Fact]
    public void Allocate_SentenceThatIsLeantOn_IsRaisedTowardsItsDependent()
    {
        int[] leansOn = [-1, -1, 1];
        Assert.Equal([false, true, true], BudgetAllocator.Allocate([.5, 0, 4], [10, 10, 10], leansOn, 20, 0, 0));
    }

    [Fact]
    public void Allocate_AnyInput_StaysInTheBudgetAndKeepsTheBestThatFit() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 60], Gen.Int[1, 40].Array[60], Gen.Int[0, 900]).Sample((scores, allCosts, budget) =>
        {
            var costs = allCosts[..scores.Length];
            var kept = BudgetAllocator.Allocate(scores, costs, [.. scores.Select(_ => -1)], budget, 0, 0);
            var spent = costs.Where((_, i) => kept[i]).Sum();
            Assert.True(spent <= budget);
            // The best of what a greedy pass keeps is never exchanged, nor are the best two thirds where that fills the budget.
            var greedy = new List<int>();
            var left = budget;
            foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Where(i => costs[i] <= budget))
            {
                if (costs[i] > left)
                    continue;
                greedy.Add(i);
                left -= costs[i];
            }

            Assert.All(greedy.Take(1), i => Assert.True(kept[i]));
            Assert.True(spent >= greedy.Sum(i => costs[i]));
        });

    [Fact]
    public void Allocate_ManySentences_FillsTheBudget() =>
        Gen.Select(Gen.Double[-3, 3].Array[40], Gen.Int[8, 45].Array[40], Gen.Int[250, 600]).Sample((scores, costs, budget) =>
        {
            var kept = BudgetAllocator.Allocate(scores, costs, [.. scores.Select(_ => -1)], budget, 4, 0);
            if (costs.Sum() > budget)
                Assert.InRange(costs.Where((_, i) => kept[i]).Sum(), budget - 2, budget);
        });

    [Fact]
    public void Allocate_BudgetThatMayBeOverdrawn_ComesAsNearAsAnyChoiceWithTheBest() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 24], Gen.Int[1, 150].Array[24], Gen.Int[0, 500]).Sample((scores, allCosts, budget) =>
        {
            var costs = allCosts[..scores.Length];
            var kept = BudgetAllocator.Allocate(scores, costs, [.. scores.Select(_ => -1)], budget, 4, int.MaxValue);
            var best = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).FirstOrDefault(i => costs[i] <= budget, -1);
            var nearest = Sums(costs, best).Min(sum => Math.Abs(sum - budget));
            Assert.True(best < 0 || kept[best]);
            Assert.InRange(Math.Abs(costs.Where((_, i) => kept[i]).Sum() - budget), 0, Math.Max(4, nearest));
        });

    [Fact]
    public void Allocate_NothingFits_KeepsOneWhereThatIsNearerThanNone()
    {
        Assert.Equal([false, true], BudgetAllocator.Allocate([2, 1], [90, 30], [-1, -1], 20, 4, int.MaxValue));
        Assert.Equal([false, false], BudgetAllocator.Allocate([2, 1], [90, 30], [-1, -1], 10, 4, int.MaxValue));
        Assert.Equal([false, false], BudgetAllocator.Allocate([2, 1], [90, 30], [-1, -1], 20, 4, 0));
    }

    /// <summary>What choices of <paramref name="costs"/> add up to that have <paramref name="always"/> among them (-1 for any).</summary>
    private static HashSet<int> Sums(int[] costs, int always)
    {
        HashSet<int> sums = [always < 0 ? 0 : costs[always]];
        for (var i = 0; i < costs.Length; i++)
        {
            if (i != always)
                sums.UnionWith([.. sums.Select(sum => sum + costs[i])]);
        }

        return sums;
    }
}
