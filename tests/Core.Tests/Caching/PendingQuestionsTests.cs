using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class PendingQuestionsTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PendingQuestions<string> _pending = new(capacity: 3, lease: TimeSpan.FromSeconds(10), linger: TimeSpan.FromSeconds(2));

    [Fact]
    public async Task Enter_SimilarUnderWay_IsOfferedAndGetsItsAnswer()
    {
        Assert.Empty(Enter("a", [1, 0]));
        var offered = Assert.Single(Enter("b", [0.9f, 0.1f]));
        Assert.Equal("a", offered.Fingerprint);

        var waiting = _pending.WaitAsync("a");
        Assert.False(waiting.IsCompleted);
        _pending.Complete("a", "the answer", s_start);
        Assert.Equal("the answer", await waiting);
    }

    [Fact]
    public async Task Enter_SameRequestAgainAfterRefusal_KeepsThoseThatWait()
    {
        Assert.Empty(Enter("a", [1, 0]));
        var waiting = _pending.WaitAsync("a");
        Assert.Empty(_pending.Enter("a", "a", [1, 0], 4, 0.7f, ["a"], s_start));

        _pending.Complete("a", "the answer", s_start);
        Assert.True(waiting.IsCompleted);
        Assert.Equal("the answer", await waiting);
    }

    [Fact]
    public async Task Enter_SameRequestAgainAfterItsAnswerWasRefused_OffersTheNewAnswer()
    {
        Assert.Empty(Enter("a", [1, 0]));
        _pending.Complete("a", "an answer too old", s_start);
        Assert.Empty(_pending.Enter("a", "a", [1, 0], 4, 0.7f, ["a"], s_start));

        var waiting = _pending.WaitAsync("a");
        _pending.Complete("a", "the answer", s_start);
        Assert.Equal("the answer", await waiting);
    }

    [Fact]
    public void Enter_Dissimilar_Leads()
    {
        Assert.Empty(Enter("a", [1, 0]));
        Assert.Empty(Enter("b", [0, 1]));
        Assert.Equal(2, _pending.Count);
    }

    [Fact]
    public void Enter_AllOffersRefused_Leads()
    {
        Assert.Empty(Enter("a", [1, 0]));
        Assert.Empty(Enter("b", [1, 0], refused: ["a"]));
        Assert.Equal(2, Enter("c", [1, 0]).Count);
    }

    [Fact]
    public void Enter_Offers_NearestFirstUpToTop()
    {
        Enter("far", [0.8f, 0.6f]);
        Enter("near", [1, 0], refused: ["far"]);
        Enter("mid", [0.96f, 0.28f], refused: ["far", "near"]);
        Assert.Equal(["near", "mid"], Enter("q", [1, 0], top: 2).Select(c => c.Fingerprint));
    }

    [Fact]
    public async Task Complete_WithoutAnswer_ReleasesThoseThatWaitAndForgets()
    {
        Enter("a", [1, 0]);
        var waiting = _pending.WaitAsync("a");
        _pending.Complete("a", null, s_start);
        Assert.Null(await waiting);
        Assert.Empty(Enter("b", [1, 0]));
        Assert.Equal(1, _pending.Count);
    }

    [Fact]
    public async Task Enter_JustAnswered_IsStillOfferedForAMoment()
    {
        Enter("a", [1, 0]);
        _pending.Complete("a", "the answer", s_start);
        Assert.Single(Enter("b", [1, 0], at: 1));
        Assert.Equal("the answer", await _pending.WaitAsync("a"));
        Assert.Empty(Enter("c", [1, 0], at: 3));
    }

    [Fact]
    public async Task Enter_LeaseOver_NobodyWaitsForTheLostLeader()
    {
        Enter("a", [1, 0]);
        var waiting = _pending.WaitAsync("a");
        Assert.Empty(Enter("b", [1, 0], at: 11));
        Assert.Null(await waiting);
        _pending.Complete("a", "too late", s_start);
        Assert.Null(await _pending.WaitAsync("a"));
    }

    [Fact]
    public void Enter_Full_LeadsWithoutBeingFound()
    {
        Enter("a", [1, 0, 0, 0]);
        Enter("b", [0, 1, 0, 0]);
        Enter("c", [0, 0, 1, 0]);
        Assert.Empty(Enter("d", [0, 0, 0, 1]));
        Assert.Empty(Enter("e", [0, 0, 0, 1]));
        Assert.Equal(3, _pending.Count);
    }

    [Fact]
    public void Enter_VectorOfAnotherModel_IsNotCompared()
    {
        Enter("a", [1, 0]);
        Assert.Empty(Enter("b", [1, 0, 0]));
    }

    [Fact]
    public async Task Wait_Unknown_IsNull() => Assert.Null(await _pending.WaitAsync("nobody"));

    private IReadOnlyList<PendingCandidate> Enter(string fingerprint, float[] vector, string[]? refused = null, int top = 4, int at = 0) =>
        _pending.Enter(fingerprint, "question " + fingerprint, vector, top, 0.7f, refused ?? [], s_start.AddSeconds(at));
}
