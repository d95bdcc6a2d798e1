using System.Collections.Concurrent;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="ILocalGateways"/>
/// <remarks>
/// A request of a tenant whose cache is off shares nothing with any other, so that there is nothing for an activation to hold: it is served where it is.
/// </remarks>
internal sealed class LocalGateways(QueryGateway gateway, TenantDirectory tenants, RequestsUnderWay underWay, IGrainFactory grains, TimeProvider time) : ILocalGateways
{
    // Well before an activation goes for want of messages.
    private static readonly TimeSpan s_touchInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Resident> _residents = new(StringComparer.Ordinal);
    private readonly KeyedGrains<IGatewayGrain> _grains = new(grains);

    /// <summary>The activation of that key lives here.</summary>
    public void Add(string key, SharedAnswers shared) => _residents[key] = new Resident(shared, time.GetTimestamp());

    /// <summary>It goes.</summary>
    public void Remove(string key, SharedAnswers shared)
    {
        if (_residents.TryGetValue(key, out var resident) && resident.Shared == shared)
            _residents.TryRemove(KeyValuePair.Create(key, resident));
    }

    public Task<GatewayReply>? TryComplete(string key, GatewayRequest request, CancellationToken cancellationToken) =>
        TryFind(key, request, out var shared) ? gateway.CompleteAsync(shared, key, request, cancellationToken) : null;

    public IAsyncEnumerable<GatewayEvent>? TryStream(string key, GatewayRequest request, CancellationToken cancellationToken) =>
        TryFind(key, request, out var shared) ? new LocalSteps(left => gateway.StreamAsync(shared, key, request, left), cancellationToken) : null;

    private bool TryFind(string key, GatewayRequest request, out SharedAnswers? shared)
    {
        shared = null;
        // A grain that is asked by message moves to a silo that stays.
        if (underWay.IsLeaving)
            return false;
        if (tenants.FindPolicy(request.TenantId) is { } policy && request.Caller.Narrow(policy).Cache != LayerMode.On)
            return true;
        if (!_residents.TryGetValue(key, out var resident))
            return false;
        shared = resident.Shared;
        if (resident.IsToBeTouched(time, s_touchInterval))
            _ = TouchAsync(key);
        return true;
    }

    // Orleans knows of no request that comes past it, and would take the activation for idle.
    private async Task TouchAsync(string key)
    {
        try
        {
            await _grains.Get(key).IsRunningAsync(string.Empty);
        }
        catch (Exception)
        {
            // Then it goes, and the next request finds another.
        }
    }

    private sealed class Resident(SharedAnswers shared, long touchedAt)
    {
        private long _touchedAt = touchedAt;

        public SharedAnswers Shared { get; } = shared;

        /// <summary>True for one caller an interval.</summary>
        public bool IsToBeTouched(TimeProvider time, TimeSpan interval) =>
            Volatile.Read(ref _touchedAt) is var at && time.GetElapsedTime(at) > interval && Interlocked.CompareExchange(ref _touchedAt, time.GetTimestamp(), at) == at;
    }
}
