using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>One request in a lane: completed once, by the lane's thread, by its deadline's timer or by the lane's closing.</summary>
internal sealed class LaneItem<TIn, TOut>(TIn input, Deadline deadline)
{
    private readonly TaskCompletionSource<LaneResult<TOut>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;

    public TIn Input { get; } = input;

    public Deadline Deadline { get; } = deadline;

    public Task<LaneResult<TOut>> Result => _completion.Task;

    /// <summary>Answers the caller at the deadline even while the lane is busy with others.</summary>
    public void ExpireAtDeadline(TimeProvider time)
    {
        var remaining = Deadline.Remaining(time);
        // Remaining is capped at a day; nobody waits that long for a lane, and a timer would answer too early.
        if (remaining >= TimeSpan.FromDays(1))
            return;
        var timer = time.CreateTimer(
            static state => ((LaneItem<TIn, TOut>)state!).Complete(LaneOutcome.DeadlinePassed), this, remaining, Timeout.InfiniteTimeSpan);
        Volatile.Write(ref _timer, timer);
        if (Result.IsCompleted)
            timer.Dispose();
    }

    public void Complete(TOut value) => Complete(new LaneResult<TOut>(LaneOutcome.Completed, value));

    public void Complete(LaneOutcome outcome) => Complete(new LaneResult<TOut>(outcome, default));

    private void Complete(LaneResult<TOut> result)
    {
        _ = _completion.TrySetResult(result);
        Volatile.Read(ref _timer)?.Dispose();
    }
}
