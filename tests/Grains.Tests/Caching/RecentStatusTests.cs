using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core.Caching.Risk;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;

namespace OrleansLlm.Grains.Tests.Caching;

public sealed class RecentStatusTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<RiskStatus>> _asked = [];
    private readonly RecentStatus _recent;

    public RecentStatusTests() => _recent = new RecentStatus(
        () =>
        {
            _asked.Add(new TaskCompletionSource<RiskStatus>());
            return _asked[^1].Task;
        },
        _time);

    [Fact]
    public async Task Get_NothingKnown_AllWaitForOneAnswer()
    {
        var first = _recent.GetAsync().AsTask();
        var second = _recent.GetAsync().AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        var status = Status();
        Assert.Single(_asked).SetResult(status);
        Assert.Same(status, await first);
        Assert.Same(status, await second);
    }

    [Fact]
    public async Task Get_AfterASecond_GivesTheLastAndAsksBeside()
    {
        var (old, young) = (Status(), Status());
        _recent.Learn(old);
        Assert.Same(old, await _recent.GetAsync());
        Assert.Empty(_asked);
        _time.Advance(RecentStatus.RefreshAfter);
        Assert.Same(old, await _recent.GetAsync());
        Assert.Same(old, await _recent.GetAsync());
        Assert.Single(_asked).SetResult(young);
        await WaitForAsync(young);
    }

    // Before, the first of them waited and the others were given the old one.
    [Fact]
    public async Task Get_AfterALongSilence_NobodyIsGivenTheOldOne()
    {
        var (old, young) = (Status(), Status());
        _recent.Learn(old);
        _time.Advance(RecentStatus.TooOldAfter);
        Task<RiskStatus>[] crowd = [.. Enumerable.Range(0, 8).Select(_ => _recent.GetAsync().AsTask())];
        Assert.All(crowd, static c => Assert.False(c.IsCompleted));
        Assert.Single(_asked).SetResult(young);
        Assert.All(await Task.WhenAll(crowd), s => Assert.Same(young, s));
    }

    [Fact]
    public async Task Get_OwnerAway_ServesTheLastWhileItIsYoungAndThenThrows()
    {
        var old = Status();
        _recent.Learn(old);
        for (var waited = TimeSpan.Zero; waited + RecentStatus.RefreshAfter < RecentStatus.TooOldAfter; waited += RecentStatus.RefreshAfter)
        {
            _time.Advance(RecentStatus.RefreshAfter);
            Assert.Same(old, await _recent.GetAsync());
            _asked[^1].SetException(new TimeoutException());
        }

        _time.Advance(RecentStatus.RefreshAfter);
        var late = _recent.GetAsync().AsTask();
        _asked[^1].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        // Nor is the owner asked by each: once a second.
        var asked = _asked.Count;
        await Assert.ThrowsAsync<TimeoutException>(() => _recent.GetAsync().AsTask());
        Assert.Equal(asked, _asked.Count);
    }

    private async Task WaitForAsync(RiskStatus status)
    {
        while (!ReferenceEquals(await _recent.GetAsync(), status))
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static RiskStatus Status() => new() { Reason = RiskReason.Prior };
}
