using System.Reflection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class SiloWatchTests
{
    private static readonly ApiOptions Settings = new();

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Wait_AnswerComesAsTheWaitTimesOut_IsTheAnswer()
    {
        var answer = new TaskCompletionSource<int>();
        // Runs before the wait hears of the answer: the answer is there, and time is up.
        _ = answer.Task.ContinueWith(_ => _time.Advance(Settings.LostSiloLimit / 4), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var waiting = WaitAsync(answer.Task);
        answer.SetResult(1);
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task Wait_CallItselfTimesOut_IsItsTimeout()
    {
        var answer = new TaskCompletionSource<int>();
        var waiting = WaitAsync(answer.Task);
        answer.SetException(new TimeoutException("the call's own"));
        Assert.Equal("the call's own", (await Assert.ThrowsAsync<TimeoutException>(() => waiting)).Message);
    }

    [Fact]
    public async Task Wait_NobodyKnowsTheRequest_SiloIsLost()
    {
        var waiting = WaitAsync(new TaskCompletionSource<int>().Task);
        for (var i = 0; i < 4; i++)
            _time.Advance(Settings.LostSiloLimit / 4);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting);
    }

    private Task<int> WaitAsync(Task<int> answer) =>
        new SiloWatch(Options.Create(Settings), _time).WaitAsync(answer, DispatchProxy.Create<IRunningRequests, Unknowing>(), "req_1").AsTask();

    // An activation that knows of no request.
    public class Unknowing : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.FromResult(false);
    }
}
