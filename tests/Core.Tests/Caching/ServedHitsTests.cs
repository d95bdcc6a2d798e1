using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ServedHitsTests
{
    private readonly ServedHits _hits = new(2);

    [Fact]
    public void Judge_Wrong_NamesTheEntryOnce()
    {
        _hits.Add("r", "e");
        Assert.Equal((HitVerdictOutcome.Taken, "e"), (_hits.Judge("r", true, out var entry), entry));
        Assert.Equal((HitVerdictOutcome.Known, null), (_hits.Judge("r", true, out entry), entry));
        Assert.Equal((HitVerdictOutcome.Known, null), (_hits.Judge("r", false, out entry), entry));
    }

    [Fact]
    public void Judge_RightThenWrong_IsTaken()
    {
        _hits.Add("r", "e");
        Assert.Equal((HitVerdictOutcome.Taken, null), (_hits.Judge("r", false, out var entry), entry));
        Assert.Equal((HitVerdictOutcome.Taken, "e"), (_hits.Judge("r", true, out entry), entry));
    }

    [Fact]
    public void Withdraw_LetsTheVerdictBeGivenAgain()
    {
        _hits.Add("r", "e");
        _hits.Judge("r", true, out _);
        _hits.Withdraw("r");
        Assert.Equal((HitVerdictOutcome.Taken, "e"), (_hits.Judge("r", true, out var entry), entry));
    }

    [Fact]
    public void Judge_NeverServedOrForgotten_IsUnknown()
    {
        _hits.Add("a", "e");
        _hits.Add("b", "e");
        _hits.Add("b", "other");
        _hits.Add("c", "e");
        Assert.Equal(HitVerdictOutcome.Unknown, _hits.Judge("a", true, out _));
        Assert.Equal(HitVerdictOutcome.Unknown, _hits.Judge("z", true, out _));
        Assert.Equal((HitVerdictOutcome.Taken, "e"), (_hits.Judge("b", true, out var entry), entry));
        Assert.Equal(2, _hits.Count);
    }
}
