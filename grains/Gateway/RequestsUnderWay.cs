namespace OrleansLlm.Grains.Gateway;

/// <summary>The requests that this silo works on, and whether it takes more. Safe for concurrent use.</summary>
public sealed class RequestsUnderWay : IDisposable
{
    private readonly CancellationTokenSource _cutOff = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _count;

    /// <summary>Whether the silo leaves its cluster: it finishes what is under way and begins nothing.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Completes once the silo leaves and nothing is under way.</summary>
    public Task Idle => _idle.Task;

    /// <summary>Cancelled once what is under way has to end: nobody would be left to book it.</summary>
    public CancellationToken CutOff => _cutOff.Token;

    /// <summary>From now on nothing is begun.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            IsLeaving = true;
            if (_count == 0)
                _idle.TrySetResult();
        }
    }

    /// <summary>Ends what is still under way; <see cref="Idle"/> completes once it has.</summary>
    public Task CutOffAsync() => _cutOff.CancelAsync();

    /// <summary>A request is under way until the result is disposed; null where the silo takes none any more.</summary>
    public IDisposable? TryBegin()
    {
        lock (_lock)
            return IsLeaving ? null : Begin();
    }

    /// <summary>The same for one that cannot be sent elsewhere.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
            _count++;
        return new UnderWay(this);
    }

    public void Dispose() => _cutOff.Dispose();

    private void End()
    {
        lock (_lock)
        {
            if (--_count == 0 && IsLeaving)
                _idle.TrySetResult();
        }
    }

    private sealed class UnderWay(RequestsUnderWay requests) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _ended, true))
                requests.End();
        }
    }
}
