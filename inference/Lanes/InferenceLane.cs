using Microsoft.Extensions.Logging;
using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>
/// A bounded queue in front of a model and the threads that empty it. Threads of its own, not the pool's: CPU work inside grain turns or
/// pool threads delays everything else in the process.
/// </summary>
internal sealed class InferenceLane<TIn, TOut> : IGroupLane<TIn, TOut>, IAsyncDisposable
{
    private readonly ILaneModel<TIn, TOut> _model;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _capacity;
    private readonly object _gate = new();
    private readonly Queue<LaneItem<TIn, TOut>> _queue = new();
    private readonly TaskCompletionSource[] _exits;
    private bool _isClosing;
    private TimeSpan _usualRun;

    public InferenceLane(string name, ILaneModel<TIn, TOut> model, int threads, int capacity, TimeProvider time, ILogger logger)
    {
        Name = name;
        _model = model;
        _capacity = capacity;
        _time = time;
        _logger = logger;
        _exits = new TaskCompletionSource[threads];
        for (var i = 0; i < threads; i++)
        {
            var exit = _exits[i] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Serve(exit)) { IsBackground = true, Name = $"lane {name} {i}" }.Start();
        }
    }

    public string Name { get; }

    public bool IsAvailable => true;

    public int QueueDepth
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    public ValueTask<LaneResult<TOut>> RunAsync(TIn input, Deadline deadline)
    {
        if (deadline.HasPassed(_time))
            return new(new LaneResult<TOut>(LaneOutcome.DeadlinePassed, default));
        var item = new LaneItem<TIn, TOut>(input, deadline);
        return Enqueue([item]) is { } refused ? new(new LaneResult<TOut>(refused, default)) : new(item.Result);
    }

    public async ValueTask<LaneResult<TOut[]>> RunAllAsync(IReadOnlyList<TIn> inputs, Deadline deadline)
    {
        if (deadline.HasPassed(_time))
            return new(LaneOutcome.DeadlinePassed, default);
        var items = new LaneItem<TIn, TOut>[inputs.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = new LaneItem<TIn, TOut>(inputs[i], deadline);
        if (Enqueue(items) is { } refused)
            return new(refused, default);
        var outputs = new TOut[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var result = await items[i].Result.ConfigureAwait(false);
            if (!result.IsCompleted)
            {
                // The threads pass over what is answered.
                foreach (var item in items)
                    item.Complete(result.Outcome);
                return new(result.Outcome, default);
            }

            outputs[i] = result.Value;
        }

        return new(LaneOutcome.Completed, outputs);
    }

    /// <summary>Answers everything that waits with <see cref="LaneOutcome.Unavailable"/> and returns when the items in work are done.</summary>
    public async ValueTask DisposeAsync()
    {
        LaneItem<TIn, TOut>[] waiting;
        lock (_gate)
        {
            _isClosing = true;
            waiting = [.. _queue];
            _queue.Clear();
            Monitor.PulseAll(_gate);
        }

        foreach (var item in waiting)
            item.Complete(LaneOutcome.Unavailable);
        await Task.WhenAll(_exits.Select(exit => exit.Task));
    }

    // All or none; why not, where it is none.
    private LaneOutcome? Enqueue(ReadOnlySpan<LaneItem<TIn, TOut>> items)
    {
        lock (_gate)
        {
            if (_isClosing)
                return LaneOutcome.Unavailable;
            if (_queue.Count + items.Length > _capacity)
                return LaneOutcome.Overloaded;
            foreach (var item in items)
            {
                _queue.Enqueue(item);
                Monitor.Pulse(_gate);
            }
        }

        foreach (var item in items)
            item.ExpireAtDeadline(_time);
        return null;
    }

    private void Serve(TaskCompletionSource exit)
    {
        var batch = new List<LaneItem<TIn, TOut>>(_model.MaxBatch);
        while (TryTake(batch, out var needed))
            RunBatch(batch, needed);
        exit.SetResult();
    }

    // Waits for an item, then takes what else is there, up to a batch; false when the lane closes. An item that has no more time than is needed
    // would be answered too late: with more than a lane can do, and the oldest first, that is each of them. While nobody else waits a try costs
    // nobody anything, and teaches what a call takes now.
    private bool TryTake(List<LaneItem<TIn, TOut>> batch, out TimeSpan needed)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0 && !_isClosing)
                Monitor.Wait(_gate);
            while (batch.Count < _model.MaxBatch && _queue.TryDequeue(out var item))
                batch.Add(item);
            needed = _queue.Count > 0 ? _usualRun : TimeSpan.Zero;
        }

        return batch.Count > 0;
    }

    private void RunBatch(List<LaneItem<TIn, TOut>> batch, TimeSpan needed)
    {
        foreach (var item in batch)
        {
            if (item.Deadline.Remaining(_time) <= needed)
                item.Complete(LaneOutcome.DeadlinePassed);
        }

        // An item that its timer has expired since counts as done too.
        batch.RemoveAll(item => item.Result.IsCompleted);
        if (batch.Count == 0 || TryRun(batch))
            return;
        if (batch.Count == 1)
        {
            batch[0].Complete(LaneOutcome.Faulted);
            return;
        }

        // One bad item must not take its neighbours with it.
        foreach (var item in batch)
        {
            if (!TryRun([item]))
                item.Complete(LaneOutcome.Faulted);
        }
    }

    private bool TryRun(List<LaneItem<TIn, TOut>> batch)
    {
        var inputs = new TIn[batch.Count];
        var outputs = new TOut[batch.Count];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = batch[i].Input;
        var started = _time.GetTimestamp();
        try
        {
            _model.Run(inputs, outputs);
        }
        catch (Exception exception)
        {
            Log.LaneFaulted(_logger, Name, batch.Count, exception);
            return false;
        }

        for (var i = 0; i < outputs.Length; i++)
            batch[i].Complete(outputs[i]);
        Learn(_time.GetElapsedTime(started));
        return true;
    }

    // Up slowly and down fast: the error is a call too many, and seldom an answer that would have been in time.
    private void Learn(TimeSpan run)
    {
        lock (_gate)
            _usualRun += (run - _usualRun) / (run < _usualRun ? 2 : 8);
    }
}
