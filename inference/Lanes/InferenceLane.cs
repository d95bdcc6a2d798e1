using Microsoft.Extensions.Logging;
using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>
/// A bounded queue in front of a model and the threads that empty it. Threads of its own, not the pool's: CPU work inside grain turns or
/// pool threads delays everything else in the process.
/// </summary>
internal sealed class InferenceLane<TIn, TOut> : IInferenceLane<TIn, TOut>, IAsyncDisposable
{
    private readonly ILaneModel<TIn, TOut> _model;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _capacity;
    private readonly object _gate = new();
    private readonly Queue<LaneItem<TIn, TOut>> _queue = new();
    private readonly TaskCompletionSource[] _exits;
    private bool _isClosing;

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

    /// <summary>Items that may wait.</summary>
    public int Capacity => _capacity;

    public ValueTask<LaneResult<TOut>> RunAsync(TIn input, Deadline deadline)
    {
        if (deadline.HasPassed(_time))
            return new(new LaneResult<TOut>(LaneOutcome.DeadlinePassed, default));
        var item = new LaneItem<TIn, TOut>(input, deadline);
        lock (_gate)
        {
            if (_isClosing)
                return new(new LaneResult<TOut>(LaneOutcome.Unavailable, default));
            if (_queue.Count >= _capacity)
                return new(new LaneResult<TOut>(LaneOutcome.Overloaded, default));
            _queue.Enqueue(item);
            Monitor.Pulse(_gate);
        }

        item.ExpireAtDeadline(_time);
        return new(item.Result);
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

    private void Serve(TaskCompletionSource exit)
    {
        var batch = new List<LaneItem<TIn, TOut>>(_model.MaxBatch);
        while (TryTake(batch))
            RunBatch(batch);
        exit.SetResult();
    }

    // Waits for an item, then takes what else is there, up to a batch; false when the lane closes.
    private bool TryTake(List<LaneItem<TIn, TOut>> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0 && !_isClosing)
                Monitor.Wait(_gate);
            while (batch.Count < _model.MaxBatch && _queue.TryDequeue(out var item))
                batch.Add(item);
        }

        return batch.Count > 0;
    }

    private void RunBatch(List<LaneItem<TIn, TOut>> batch)
    {
        foreach (var item in batch)
        {
            if (item.Deadline.HasPassed(_time))
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
        return true;
    }
}
