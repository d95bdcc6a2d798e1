using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core;

namespace OrleansLlm.Inference.Tests.Lanes;

public sealed class InferenceLaneTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task RunAsync_FullQueue_AnswersOverloadedAtOnce()
    {
        var model = new StubModel(1, x => x);
        await using var lane = Open(model, capacity: 2);
        model.Gate.Reset();
        var running = lane.RunAsync(0, Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var waiting = new[] { lane.RunAsync(1, Deadline.Never).AsTask(), lane.RunAsync(2, Deadline.Never).AsTask() };
        Assert.Equal(2, lane.QueueDepth);

        var refused = lane.RunAsync(3, Deadline.Never);
        Assert.True(refused.IsCompleted);
        Assert.Equal(LaneOutcome.Overloaded, (await refused).Outcome);

        model.Gate.Set();
        Assert.Equal(0, (await running).Value);
        Assert.Equal([1, 2], (await Task.WhenAll(waiting)).Select(result => result.Value));
        Assert.Equal(0, lane.QueueDepth);
    }

    [Fact]
    public async Task RunAsync_DeadlineAlreadyPassed_NeverReachesTheModel()
    {
        var model = new StubModel(1, x => x);
        await using var lane = Open(model);
        var late = Deadline.After(_time, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LaneOutcome.DeadlinePassed, (await lane.RunAsync(1, late)).Outcome);
        Assert.Empty(model.BatchSizes);
    }

    [Fact]
    public async Task RunAsync_DeadlinePassesInQueue_AnswersWhileTheLaneIsBusyAndSkipsTheItem()
    {
        var model = new StubModel(1, x => x);
        await using var lane = Open(model);
        model.Gate.Reset();
        var running = lane.RunAsync(0, Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var queued = lane.RunAsync(1, Deadline.After(_time, TimeSpan.FromSeconds(1))).AsTask();

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LaneOutcome.DeadlinePassed, (await queued).Outcome);
        Assert.False(running.IsCompleted);

        model.Gate.Set();
        Assert.Equal(LaneOutcome.Completed, (await running).Outcome);
        Assert.Equal(2, (await lane.RunAsync(2, Deadline.Never)).Value);
        Assert.Equal([1, 1], model.BatchSizes);
    }

    [Fact]
    public async Task RunAsync_TwiceWhatTheLaneCanDo_ServesThoseWhoStillWait()
    {
        // 10 ms a call, two arrivals in each, 102 ms of patience: a lane that takes whoever came first is always too late.
        const int Arrivals = 400;
        var asked = new List<Task<LaneResult<int>>>(Arrivals);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        InferenceLane<int, int>? lane = null;
        var model = new StubModel(1, x =>
        {
            for (var half = 0; half < 2; half++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                if (asked.Count < Arrivals)
                    asked.Add(lane!.RunAsync(asked.Count, Deadline.After(_time, TimeSpan.FromMilliseconds(102))).AsTask());
                else
                    done.TrySetResult();
            }

            return x;
        });
        await using (lane = Open(model, capacity: Arrivals))
        {
            await lane.RunAsync(-1, Deadline.Never);
            await done.Task.WaitAsync(TestContext.Current.CancellationToken);
            var served = (await Task.WhenAll(asked.Skip(Arrivals / 2).Take(150))).Count(r => r.IsCompleted);
            Assert.InRange(served, 60, 150);
        }
    }

    [Fact]
    public async Task RunAsync_SlowCallsOfOnce_KeepNobodyOut()
    {
        // A call that took a minute must not make a lane of millisecond calls refuse all who wait for less.
        var run = TimeSpan.FromMinutes(1);
        var model = new StubModel(1, x =>
        {
            _time.Advance(run);
            return x;
        });
        await using var lane = Open(model);
        for (var i = 0; i < 8; i++)
            await lane.RunAsync(i, Deadline.Never);
        run = TimeSpan.FromMilliseconds(1);
        var served = 0;
        for (var round = 0; round < 40; round++)
        {
            var asked = Enumerable.Range(0, 4).Select(i => lane.RunAsync(i, Deadline.After(_time, TimeSpan.FromMilliseconds(100))).AsTask());
            served += (await Task.WhenAll(asked)).Count(r => r.IsCompleted);
        }

        Assert.InRange(served, 100, 160);
    }

    [Fact]
    public async Task RunAllAsync_MoreThanTheQueueHolds_RefusesAllAndNoneReachesTheModel()
    {
        var model = new StubModel(1, x => x);
        await using var lane = Open(model, threads: 2, capacity: 3);
        Assert.Equal(LaneOutcome.Overloaded, (await lane.RunAllAsync([1, 2, 3, 4], Deadline.Never)).Outcome);
        Assert.Empty(model.BatchSizes);
        var all = await lane.RunAllAsync([1, 2, 3], Deadline.Never);
        Assert.Equal([1, 2, 3], all.Value!);
        Assert.Empty((await lane.RunAllAsync([], Deadline.Never)).Value!);
    }

    [Fact]
    public async Task RunAllAsync_OneFaults_TheRestTakesNoMoreTime()
    {
        // The second may be in work when the first has failed: it ends no sooner than that is told.
        using var told = new ManualResetEventSlim();
        var model = new StubModel(1, x =>
        {
            if (x == 2)
                told.Wait(TimeSpan.FromSeconds(30));
            return x == 1 ? throw new InvalidOperationException("bad item") : x;
        });
        await using var lane = Open(model);
        model.Gate.Reset();
        var group = lane.RunAllAsync([1, 2, 3, 4], Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var other = lane.RunAsync(5, Deadline.Never).AsTask();
        model.Gate.Set();
        Assert.Equal(LaneOutcome.Faulted, (await group).Outcome);
        told.Set();
        Assert.Equal(5, (await other).Value);
        Assert.InRange(model.BatchSizes.Count, 2, 3);
    }

    [Fact]
    public async Task RunAllAsync_DeadlinePassesInQueue_NoneReachesTheModel()
    {
        var model = new StubModel(1, x => x);
        await using var lane = Open(model);
        model.Gate.Reset();
        var running = lane.RunAsync(0, Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var group = lane.RunAllAsync([1, 2, 3], Deadline.After(_time, TimeSpan.FromSeconds(1))).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LaneOutcome.DeadlinePassed, (await group).Outcome);
        model.Gate.Set();
        await running;
        Assert.Equal(4, (await lane.RunAsync(4, Deadline.Never)).Value);
        Assert.Equal(2, model.BatchSizes.Count);
    }

    [Fact]
    public async Task RunAsync_ModelThrows_FaultsThatItemOnly()
    {
        await using var lane = Open(new StubModel(1, x => x == 1 ? throw new InvalidOperationException("bad item") : x));
        Assert.Equal(LaneOutcome.Faulted, (await lane.RunAsync(1, Deadline.Never)).Outcome);
        Assert.Equal(new LaneResult<int>(LaneOutcome.Completed, 2), await lane.RunAsync(2, Deadline.Never));
    }

    [Fact]
    public async Task RunAsync_ModelThrowsOnABatch_FaultsTheBadItemAndCompletesItsNeighbours()
    {
        var model = new StubModel(8, x => x == 2 ? throw new InvalidOperationException("bad item") : x);
        await using var lane = Open(model);
        model.Gate.Reset();
        var first = lane.RunAsync(0, Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var rest = Enumerable.Range(1, 3).Select(i => lane.RunAsync(i, Deadline.Never).AsTask()).ToArray();
        model.Gate.Set();

        Assert.Equal(LaneOutcome.Completed, (await first).Outcome);
        var outcomes = (await Task.WhenAll(rest)).Select(result => result.Outcome);
        Assert.Equal([LaneOutcome.Completed, LaneOutcome.Faulted, LaneOutcome.Completed], outcomes);
        Assert.Equal([1, 3, 1, 1, 1], model.BatchSizes);
    }

    [Fact]
    public async Task RunAsync_ManyCallersOnSeveralThreads_EachGetsItsOwnResult()
    {
        await using var lane = Open(new StubModel(4, x => x * 3), threads: 3, capacity: 2000);
        var results = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(() => lane.RunAsync(i, Deadline.Never).AsTask())));
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => i * 3), results.Select(result => result.Value));
    }

    [Fact]
    public async Task RunAsync_Completed_ContinuesOnAnotherThreadThanTheLanes()
    {
        var laneThread = -1;
        await using var lane = Open(new StubModel(1, _ => laneThread = Environment.CurrentManagedThreadId));
        var continuation = await lane.RunAsync(0, Deadline.Never).AsTask().ContinueWith(
            _ => Environment.CurrentManagedThreadId,
            TestContext.Current.CancellationToken,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Assert.NotEqual(-1, laneThread);
        Assert.NotEqual(laneThread, continuation);
    }

    [Fact]
    public async Task DisposeAsync_ItemsWaiting_AnswersThemUnavailableAndLetsTheRunningOneEnd()
    {
        var model = new StubModel(1, x => x);
        var lane = Open(model);
        model.Gate.Reset();
        var running = lane.RunAsync(5, Deadline.Never).AsTask();
        await model.Entered.WaitAsync(TestContext.Current.CancellationToken);
        var waiting = lane.RunAsync(6, Deadline.Never).AsTask();
        var closing = lane.DisposeAsync().AsTask();

        Assert.Equal(LaneOutcome.Unavailable, (await waiting).Outcome);
        Assert.False(closing.IsCompleted);
        Assert.Equal(LaneOutcome.Unavailable, (await lane.RunAsync(7, Deadline.Never)).Outcome);
        model.Gate.Set();
        Assert.Equal(5, (await running).Value);
        await closing;
    }

    private InferenceLane<int, int> Open(StubModel model, int threads = 1, int capacity = 16) =>
        new("stub", model, threads, capacity, _time, NullLogger.Instance);
}
