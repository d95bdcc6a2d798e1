using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Where a reader of a <see cref="ReplayBuffer"/> stands. Waiting allocates nothing; one wait at a time.</summary>
internal sealed class ReplayReader(ReplayBuffer buffer) : IStreamReader, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _waiting;
    private bool _woken;

    /// <summary>How much of the answer it has had, in bytes.</summary>
    public long Position { get; set; }

    /// <summary>What it read last; null before that.</summary>
    public ReplayBlock? Block { get; set; }

    /// <summary>Whether it reads no more.</summary>
    public bool HasEnded { get; set; }

    public int Read(IBufferWriter<byte> into) => buffer.Read(this, into);

    public ValueTask<bool> WaitAsync() => buffer.WaitAsync(this);

    public void Wake() => buffer.Wake(this);

    /// <summary>Everything from the beginning, whole events at a time, then what comes, until complete.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.UnsafeRegister(static r => ((ReplayReader)r!).Wake(), this);
        var events = new ArrayBufferWriter<byte>();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (Read(events) > 0)
            {
                yield return events.WrittenSpan.ToArray();
                events.ResetWrittenCount();
            }
        }
        while (await WaitAsync());
    }

    /// <summary>Under the buffer's lock. A wake that came before ends the next wait.</summary>
    public ValueTask<bool> Wait()
    {
        if (_woken)
        {
            _woken = false;
            return new(true);
        }

        _source.Reset();
        _waiting = true;
        return new ValueTask<bool>(this, _source.Version);
    }

    /// <summary>Under the buffer's lock.</summary>
    public void NoteWake()
    {
        _woken = !_waiting;
        Signal();
    }

    /// <summary>Under the buffer's lock: whoever holds it must not run what the reader does next.</summary>
    public void Signal()
    {
        if (!TrySignal())
            return;
        _source.RunContinuationsAsynchronously = true;
        _source.SetResult(true);
    }

    /// <summary>Under the buffer's lock. Ends a wait; the reader goes on once <see cref="GoOn"/> is called.</summary>
    /// <returns>False where it waits for nothing.</returns>
    public bool TrySignal()
    {
        var waited = _waiting;
        _waiting = false;
        return waited;
    }

    /// <summary>Outside of the lock: what the reader does next is done on this thread.</summary>
    public void GoOn()
    {
        _source.RunContinuationsAsynchronously = false;
        _source.SetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
