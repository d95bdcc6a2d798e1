using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class KeepAliveWaitTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _body = new();
    private readonly TaskCompletionSource<int> _step = new();

    public void Dispose() => _body.Dispose();

    [Fact]
    public async Task For_StepComesAsTheWaitTimesOut_IsTheStep()
    {
        // Runs before the wait hears of the step: the step is there, and time is up.
        _ = _step.Task.ContinueWith(_ => _time.Advance(Interval), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var waiting = KeepAliveWait.ForAsync(_step.Task, _body, Interval, _time);
        _step.SetResult(1);
        Assert.Equal(1, await waiting);
        Assert.Equal(0, _body.Length);
    }

    [Fact]
    public async Task For_StepIsLate_SaysThatTheStreamLives()
    {
        var waiting = KeepAliveWait.ForAsync(_step.Task, _body, Interval, _time);
        _time.Advance(Interval);
        _time.Advance(Interval);
        _step.SetResult(1);
        Assert.Equal(1, await waiting);
        Assert.Equal(": keep-alive\n\n: keep-alive\n\n", Encoding.UTF8.GetString(_body.ToArray()));
    }
}
