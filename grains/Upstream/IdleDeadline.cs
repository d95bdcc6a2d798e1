using System.Runtime.CompilerServices;

namespace OrleansLlm.Grains.Upstream;

/// <summary>Bounds the silence in an answer: the wait for each read, not the whole.</summary>
internal sealed class IdleDeadline(TimeSpan limit, CancellationToken caller) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(caller);

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
        _source.CancelAfter(limit);
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw new TimeoutException("The answer fell silent.");
        }
        finally
        {
            // What the reader does between two reads is no silence of the provider's.
            _source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _source.Dispose();
}
