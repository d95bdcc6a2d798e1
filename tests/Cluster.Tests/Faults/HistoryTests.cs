namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>The checkers find what they are there for, and nothing else.</summary>
public sealed class HistoryTests
{
    [Theory]
    [InlineData(5, 30, true)]
    [InlineData(5, 15, false)]
    [InlineData(12, 30, false)]
    [InlineData(25, 30, false)]
    public void Invalidation_AnswerMadeBeforeAndAskedAfter_IsAViolation(long madeAt, long asked, bool violates)
    {
        InvalidationHistory.Deletion[] deletions = [new("acme", "doc", 10, 20)];
        Assert.Equal(violates, InvalidationHistory.Violations(deletions, [new("acme", "doc", madeAt, asked)]).Any());
        Assert.Empty(InvalidationHistory.Violations(deletions, [new("other", "doc", madeAt, asked), new("acme", "page", madeAt, asked)]));
    }

    [Fact]
    public void Budget_RefusedAlthoughAllBeforeItFit_IsAViolation()
    {
        var refused = new BudgetHistory.Call(2, null, true, 10, 20);
        Assert.Equal([refused], BudgetHistory.Unjustified([refused, new(5, 1, false, 0, 5)], 10));
        // Those that were under way may have held what was missing, and those that came later may not.
        Assert.Empty(BudgetHistory.Unjustified([refused, new(5, 1, false, 0, 5), new(4, 1, false, 15, 30)], 10));
        Assert.Equal([refused], BudgetHistory.Unjustified([refused, new(5, 1, false, 0, 5), new(4, 1, false, 21, 30)], 10));
    }

    [Fact]
    public void Budget_BilledWithoutAnAnswer_CountsAsSpent() =>
        Assert.Equal(3m, BudgetHistory.Spent([new(5, 1, false, 0, 5), new(5, 2, false, 0, 5), new(5, null, true, 0, 5)]));
}
