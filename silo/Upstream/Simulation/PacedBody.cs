using OrleansLlm.Client.Wire;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>
/// A response body that makes its pieces when they are read, so a slow reader holds the writer back as a socket does. Disposing it ends a
/// read that waits.
/// </summary>
internal sealed class PacedBody : ReadOnlyStream
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _pieces;
    private ReadOnlyMemory<byte> _rest;
    private Task<bool>? _next;
    private bool _disposed;

    public PacedBody(Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> pieces) =>
        _pieces = pieces(_stop.Token).GetAsyncEnumerator(_stop.Token);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_rest.IsEmpty)
        {
            // A cancelled read leaves the piece under way; the next read goes on waiting for it.
            _next ??= _pieces.MoveNextAsync().AsTask();
            var more = await _next.WaitAsync(cancellationToken);
            _next = null;
            if (!more)
                return 0;
            _rest = _pieces.Current;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read this body asynchronously.");

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        if (_next is not null)
            await _next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _pieces.DisposeAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        // A piece under way ends by itself once it is told to.
        if (disposing && !_disposed)
            _stop.Cancel();
        base.Dispose(disposing);
    }
}
