using OrleansLlm.Client.RateLimits;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>The bytes of a streamed answer as they come from its grain, with the final figures as their closing comment.</summary>
internal sealed class GatewayEventStream(IAsyncEnumerator<GatewayEvent> events, CancellationTokenSource stop) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _rest;
    private bool _disposed;

    /// <summary>The request's, until the stream is disposed; null while the stream may yet be given up for another.</summary>
    public RateTicket? Ticket { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var cancelled = cancellationToken.Register(static s => ((CancellationTokenSource)s!).Cancel(), stop);
        while (_rest.IsEmpty)
        {
            if (!await events.MoveNextAsync())
                return 0;
            if (events.Current.Tail is { } final)
                Ticket?.Correct(final.TokensBilled);
            _rest = events.Current switch
            {
                { Data: { } data } => data,
                { Tail: { } tail } => AnswerHeaders.Comment(tail),
                _ => default,
            };
        }

        var length = Math.Min(buffer.Length, _rest.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        Ticket?.Dispose();
        await stop.CancelAsync();
        await events.DisposeAsync();
        stop.Dispose();
        await base.DisposeAsync();
    }

    // Who disposes synchronously does not wait for the cluster to hear of it.
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _ = DisposeAsync().AsTask();
        base.Dispose(disposing);
    }
}
