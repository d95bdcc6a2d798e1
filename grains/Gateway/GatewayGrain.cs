using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="IGatewayGrain"/>
/// <remarks>
/// Holds what identical requests share; the work itself is <see cref="QueryGateway"/>'s, off its turns, and a request of its own process comes to that
/// without a message (<see cref="LocalGateways"/>).
/// Reentrant, because a request in flight must not hold up the next; keyed and not stateless, because a stream's every step must
/// come back to the activation that began it. Every history of a conversation is a partition of its own, so that most activations are asked once:
/// they go early, and what they kept is found in its shard.
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class GatewayGrain(QueryGateway gateway, LocalGateways local, IOptions<CacheOptions> options, TimeProvider time) : Grain, IGatewayGrain
{
    private readonly SharedAnswers _shared = new(new ExactAnswers(options.Value.ExactEntries, options.Value.ExactBytes, time), time);
    private readonly RunningRequests _running = new();
    private int _streams;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        local.Add(this.GetPrimaryKeyString(), _shared);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        local.Remove(this.GetPrimaryKeyString(), _shared);
        return Task.CompletedTask;
    }

    public Task<bool> IsRunningAsync(string requestId) => Task.FromResult(_running.Contains(requestId));

    public async Task<GatewayReply> CompleteAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var running = _running.Begin(request.RequestId);
        var key = this.GetPrimaryKeyString();
        var reply = await Task.Run(() => gateway.CompleteAsync(_shared, key, request, cancellationToken), CancellationToken.None);
        if (reply.IsLeaving)
            Leave(ownStreams: 0);
        return reply;
    }

    public async IAsyncEnumerable<GatewayEvent> StreamAsync(GatewayRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _streams++;
        try
        {
            var steps = gateway.StreamAsync(_shared, this.GetPrimaryKeyString(), request, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
            await using var _ = steps;
            while (true)
            {
                // Not while a step waits to be fetched: a caller that waits meanwhile has lost its question for it, or the answer, on the way.
                using (_running.Begin(request.RequestId))
                {
                    if (!await Task.Run(() => steps.MoveNextAsync().AsTask(), CancellationToken.None))
                        yield break;
                }

                var step = steps.Current;
                if (step.IsLeaving)
                    Leave(ownStreams: 1);
                yield return step;
            }
        }
        finally
        {
            _streams--;
        }
    }

    public async Task<Explanation> ExplainAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var running = _running.Begin(request.RequestId);
        var key = this.GetPrimaryKeyString();
        return await Task.Run(() => gateway.ExplainAsync(_shared, key, request), CancellationToken.None);
    }

    // The next request finds an activation in a silo that stays.
    private void Leave(int ownStreams)
    {
        if (_streams == ownStreams)
            DeactivateOnIdle();
    }
}
