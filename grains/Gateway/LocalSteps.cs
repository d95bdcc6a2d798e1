using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Steps of a stream that may be left at any time, as a grain's may: those of an iterator may not while it moves.</summary>
/// <param name="begin">Begins them; they end once its token is cancelled.</param>
/// <param name="cancellationToken">Cancelled when the caller has gone.</param>
internal sealed class LocalSteps(Func<CancellationToken, IAsyncEnumerable<GatewayEvent>> begin, CancellationToken cancellationToken)
    : IAsyncEnumerable<GatewayEvent>, IAsyncEnumerator<GatewayEvent>
{
    private readonly CancellationTokenSource _left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private IAsyncEnumerator<GatewayEvent>? _steps;
    private Task? _moving;

    public GatewayEvent Current => _steps!.Current;

    /// <summary>Once.</summary>
    public IAsyncEnumerator<GatewayEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        _steps = begin(_left.Token).GetAsyncEnumerator(cancellationToken);
        return this;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        var next = _steps!.MoveNextAsync();
        if (next.IsCompleted)
            return next;
        var moving = next.AsTask();
        _moving = moving;
        return new(moving);
    }

    public async ValueTask DisposeAsync()
    {
        if (_moving is { IsCompleted: false } moving)
        {
            await _left.CancelAsync();
            await moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await _steps!.DisposeAsync();
        _left.Dispose();
    }
}
