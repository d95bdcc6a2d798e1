using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Where a reader of a <see cref="ReplayBuffer"/> stands. Waiting allocates nothing; one wait at a time.</summary>
internal sealed class ReplayReader(ReplayBuffer buffer) : IStreamReader, IValueTaskSource<bool>
{
    // Whoever writes, and holds the buffer's lock, must not run what its reader does next.
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private bool _waiting;
    private bool _woken;

    /// <summary>The number of the piece it reads next, from 0.</summary>
    public long Next { get; set; }

    public bool IsClosed { get; set; }

    public bool TryRead([NotNullWhen(true)] out byte[]? piece) => buffer.TryRead(this, out piece);

    public ValueTask<bool> WaitAsync() => buffer.WaitAsync(this);

    public void Wake() => buffer.Wake(this);

    /// <summary>Every piece from the first, then those that come, until complete.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.UnsafeRegister(static r => ((ReplayReader)r!).Wake(), this);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (TryRead(out var piece))
                yield return piece;
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

    /// <summary>Under the buffer's lock.</summary>
    public void Signal()
    {
        if (!_waiting)
            return;
        _waiting = false;
        _source.SetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
