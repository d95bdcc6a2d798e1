using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class BudgetAllocatorTests
{
    [Fact]
    public void Allocate_EverythingFits_KeepsEverything() =>
        Assert.Equal([true, true, true], BudgetAllocator.Allocate([1, -2, 0], [10, 20, 30], [-1, -1, -1], 60, 0));

    [Fact]
    public void Allocate_EqualScores_KeepsTheEarlier() =>
        Assert.Equal([true, true, false, false], BudgetAllocator.Allocate([1, 1, 1, 1], [10, 10, 10, 10], [-1, -1, -1, -1], 20, 0));

    [Fact]
    public void Allocate_SentenceThatIsLeantOn_IsRaisedTowardsItsDependent()
    {
        int[] leansOn = [-1, -1, 1];
        Assert.Equal([false, true, true], BudgetAllocator.Allocate([.5, 0, 4], [10, 10, 10], leansOn, 20, 0));
    }

    [Fact]
    public void Allocate_AnyInput_StaysInTheBudgetAndKeepsTheBestThatFit() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 60], Gen.Int[1, 40].Array[60], Gen.Int[0, 900]).Sample((scores, allCosts, budget) =>
        {
            var costs = allCosts[..scores.Length];
            var kept = BudgetAllocator.Allocate(scores, costs, [.. scores.Select(_ => -1)], budget, 0);
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
            var kept = BudgetAllocator.Allocate(scores, costs, [.. scores.Select(_ => -1)], budget, 2);
            if (costs.Sum() > budget)
                Assert.InRange(costs.Where((_, i) => kept[i]).Sum(), budget - 2, budget);
        });
}
