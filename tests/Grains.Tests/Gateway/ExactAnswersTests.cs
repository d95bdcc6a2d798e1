using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class ExactAnswersTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Keep_BeyondTheCount_TheLeastRecentlyUsedLeaves()
    {
        var answers = new ExactAnswers(2, 1_000, _time);
        answers.Keep("a", Answer(1), Hour);
        answers.Keep("b", Answer(1), Hour);
        Assert.NotNull(answers.Find("a", null));
        answers.Keep("c", Answer(1), Hour);
        Assert.NotNull(answers.Find("a", null));
        Assert.Null(answers.Find("b", null));
        Assert.NotNull(answers.Find("c", null));
    }

    [Fact]
    public void Keep_BeyondTheBytes_AsManyLeaveAsMakeRoom()
    {
        var answers = new ExactAnswers(100, 1_000, _time);
        answers.Keep("a", Answer(400), Hour);
        answers.Keep("b", Answer(400), Hour);
        answers.Keep("c", Answer(700), Hour);
        Assert.Null(answers.Find("a", null));
        Assert.Null(answers.Find("b", null));
        Assert.NotNull(answers.Find("c", null));
        // What left, or was kept anew, counts no more.
        answers.Keep("c", Answer(300), Hour);
        answers.Keep("d", Answer(700), Hour);
        Assert.NotNull(answers.Find("c", null));
        Assert.NotNull(answers.Find("d", null));
    }

    [Fact]
    public void Keep_OneBeyondAllBytes_IsNotKeptNorIsItsForerunner()
    {
        var answers = new ExactAnswers(100, 1_000, _time);
        answers.Keep("a", Answer(10), Hour);
        answers.Keep("b", Answer(10), Hour);
        answers.Keep("a", Answer(1_001), Hour);
        Assert.Null(answers.Find("a", null));
        Assert.NotNull(answers.Find("b", null));
    }

    [Fact]
    public void Find_PastItsTimeOrOlderThanAsked_IsNothing()
    {
        var answers = new ExactAnswers(100, 1_000, _time);
        answers.Keep("a", Answer(10), Hour);
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(answers.Find("a", 60));
        Assert.NotNull(answers.Find("a", 3_600));
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(answers.Find("a", null));
    }

    private StoredAnswer Answer(int bytes) => new() { Body = new byte[bytes], Model = "m", Usage = default, CreatedAt = _time.GetUtcNow() };
}
