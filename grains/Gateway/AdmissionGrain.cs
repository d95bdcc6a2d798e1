using Orleans.Concurrency;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.RateLimits;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="IAdmissionGrain"/>
[StatelessWorker]
internal sealed class AdmissionGrain(TenantDirectory tenants, CallerKeys keys) : Grain, IAdmissionGrain
{
    public ValueTask<AdmittedCaller?> AuthenticateAsync(string apiKey) => new(CallerOf(tenants.Authenticate(apiKey)));

    public async ValueTask<AdmissionAnswer> AdmitAsync(string apiKey)
    {
        try
        {
            return new AdmissionAnswer { Caller = CallerOf(await keys.FindAsync(apiKey)) };
        }
        catch (KeysUnknownException)
        {
            return new AdmissionAnswer { IsUnknown = true };
        }
    }

    private AdmittedCaller? CallerOf(TenantIdentity? found)
    {
        if (found is not { } identity)
            return null;
        var policy = tenants.PolicyOf(identity.TenantId);
        return new AdmittedCaller
        {
            TenantId = policy.TenantId,
            CacheEpoch = policy.CacheEpoch,
            IgnoreContext = policy.IgnoreContext,
            Caller = tenants.CallerOf(identity),
            RateLimits = [.. tenants.RateLimitsOf(identity).Select(RateCap.From)],
        };
    }
}
