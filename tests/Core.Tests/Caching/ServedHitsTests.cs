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

    [Fact]
    public void Pending_Unjudged_ComesByMeaningFirstAndNewestFirst()
    {
        var hits = new ServedHits(10);
        foreach (var (id, score) in new[] { ("old", 0.95), ("same", (double?)null), ("judged", 0.96), ("new", 0.97) })
            hits.Add(id, new ServedHit("e", score));
        hits.Judge("judged", false, out _);
        Assert.Equal(["new", "old", "same"], hits.Pending(10).Select(static p => p.RequestId));
        Assert.Equal(["new"], hits.Pending(1).Select(static p => p.RequestId));
    }

    [Fact]
    public void MostServed_ForgottenHits_DoNotCount()
    {
        var hits = new ServedHits(3);
        foreach (var (id, entry) in new[] { ("1", "a"), ("2", "a"), ("3", "b"), ("4", "b"), ("5", "b") })
            hits.Add(id, new ServedHit(entry, null));
        Assert.Equal([("b", 3, null)], hits.MostServed(10));
    }

    [Fact]
    public void Add_MoreThanTextsAreKept_ForgetsTheOldestWordsAlone()
    {
        var hits = new ServedHits(10, textCapacity: 1);
        hits.Add("1", new ServedHit("a", null, default, new ServedText("asked", "stored", "answer")));
        hits.Add("2", new ServedHit("b", null, default, new ServedText("asked 2", "stored 2", "answer 2")));
        Assert.Equal([("2", "asked 2"), ("1", null)], hits.Pending(10).Select(static p => (p.RequestId, p.Served.Text?.Asked)));
        Assert.Equal([("a", 1, "stored"), ("b", 1, "stored 2")], hits.MostServed(10));
    }
}
