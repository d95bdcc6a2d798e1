using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ServedHitsTests
{
    private static readonly ServedHit Hit = new("e", 0.97);

    private readonly ServedHits _hits = new(2);

    [Fact]
    public void Judge_Wrong_IsTakenOnce()
    {
        _hits.Add("r", Hit);
        Assert.Equal((HitVerdictOutcome.Taken, Hit), (_hits.Judge("r", true, out var served), served));
        Assert.Equal((HitVerdictOutcome.Known, Hit), (_hits.Judge("r", true, out served), served));
        Assert.Equal((HitVerdictOutcome.Known, Hit), (_hits.Judge("r", false, out served), served));
    }

    [Fact]
    public void Judge_RightThenWrong_IsTaken()
    {
        _hits.Add("r", Hit);
        Assert.Equal(HitVerdictOutcome.Taken, _hits.Judge("r", false, out _));
        Assert.Equal(HitVerdictOutcome.Taken, _hits.Judge("r", true, out _));
    }

    [Fact]
    public void Withdraw_LetsTheVerdictBeGivenAgain()
    {
        _hits.Add("r", Hit);
        _hits.Judge("r", true, out _);
        _hits.Withdraw("r");
        Assert.Equal(HitVerdictOutcome.Taken, _hits.Judge("r", true, out _));
    }

    [Fact]
    public void Judge_NeverServedOrForgotten_IsUnknown()
    {
        Assert.True(_hits.Add("a", Hit));
        Assert.True(_hits.Add("b", Hit));
        Assert.False(_hits.Add("b", new ServedHit("other", null)));
        Assert.True(_hits.Add("c", Hit));
        Assert.Equal((HitVerdictOutcome.Unknown, null), (_hits.Judge("a", true, out var served), served));
        Assert.Equal(HitVerdictOutcome.Unknown, _hits.Judge("z", true, out _));
        Assert.Equal((HitVerdictOutcome.Taken, Hit), (_hits.Judge("b", true, out served), served));
        Assert.Equal(2, _hits.Count);
    }
}
