using System.Runtime.CompilerServices;

namespace OrleansLlm.Grains.Upstream;

/// <summary>Bounds a silence: the wait for a head, or for each read of an answer, not the whole.</summary>
public sealed class IdleDeadline : IDisposable
{
    // One that has fired is not used again.
    [ThreadStatic]
    private static CancellationTokenSource? t_spare;

    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _gone;

    /// <param name="limit">The longest silence.</param>
    /// <param name="caller">Cancelled when the caller has gone.</param>
    public IdleDeadline(TimeSpan limit, CancellationToken caller)
    {
        (_limit, _caller, _source, t_spare) = (limit, caller, t_spare ?? new CancellationTokenSource(), null);
        _gone = caller.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _source);
    }

    /// <summary>Cancelled after too long a silence, and when the caller has gone.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The silence begins now.</summary>
    public void Restart() => _source.CancelAfter(_limit);

    /// <summary>The silence begins now, with a limit of its own.</summary>
    public void Restart(TimeSpan limit) => _source.CancelAfter(limit);

    /// <summary>What the reader does between two reads is no silence of the provider's.</summary>
    public void Pause() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>No more is wanted.</summary>
    public void Cancel() => _source.Cancel();

    /// <summary>Reads what comes next.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer)
    {
        // Not WaitAsync: a read that outlives its wait would write into a buffer that went back to the pool.
        var reading = body.ReadAsync(buffer, _source.Token);
        // What is there already needs no timer.
        if (reading.IsCompletedSuccessfully)
            return reading.Result;
        Restart();
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            throw new TimeoutException("The answer fell silent.");
        }
        finally
        {
            Pause();
        }
    }

    public void Dispose()
    {
        // Waits for a callback that runs, so that none cancels what another reads.
        _gone.Dispose();
        if (t_spare is null && _source.TryReset())
            t_spare = _source;
        else
            _source.Dispose();
    }
}
