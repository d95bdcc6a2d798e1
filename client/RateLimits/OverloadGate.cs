using Microsoft.Extensions.Options;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.RateLimits;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.RateLimits;

/// <summary>
/// How many requests this process works on at once, and how many bytes of their bodies it holds, by fair shares of its tenants. It stands before the body
/// is read, so that what waits costs no memory but its connection and the little that is read ahead.
/// </summary>
internal sealed class OverloadGate(IOptions<ApiOptions> options, TenantDirectory tenants, TimeProvider time)
{
    public const string RetryAfterSeconds = "1";

    private readonly FairGate _gate = new(options.Value.MaxConcurrentRequests, options.Value.MaxQueuedRequests, isShared: tenants.TenantIds.Count > 1);
    private readonly FairBuffer _bodies = new(options.Value.MaxConcurrentBodyBytes);

    /// <summary>Lets a request in until what is returned is disposed; null where it was told to come back later.</summary>
    public async ValueTask<Stay?> EnterAsync(HttpContext context, string tenantId)
    {
        if (await TryEnterAsync(context, tenantId) is { } stay)
            return stay;
        if (!context.RequestAborted.IsCancellationRequested)
            await ErrorResponse.OverloadedAsync(context);
        return null;
    }

    /// <summary>The same; where it is null nothing is written yet but when to come back.</summary>
    public async ValueTask<Stay?> TryEnterAsync(HttpContext context, string tenantId)
    {
        var place = _gate.Enter(tenantId);
        if (!place.Admitted.IsCompleted)
        {
            try
            {
                await place.Admitted.WaitAsync(options.Value.QueueTimeout, time, context.RequestAborted);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                _gate.GiveUp(place);
            }
        }

        if (await place.Admitted)
            return new Stay(_gate, place, new BodyRoom(_bodies, tenantId));
        _gate.Leave(place);
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return null;
    }

    /// <summary>A request inside, until it is disposed.</summary>
    internal sealed class Stay(FairGate gate, FairGate.Place place, BodyRoom body) : IDisposable
    {
        /// <summary>Room for its body.</summary>
        public BodyRoom Body { get; } = body;

        public void Dispose()
        {
            Body.Dispose();
            gate.Leave(place);
        }
    }
}
