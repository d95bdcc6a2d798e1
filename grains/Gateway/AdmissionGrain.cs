using Orleans.Concurrency;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="IAdmissionGrain"/>
[StatelessWorker]
internal sealed class AdmissionGrain(TenantDirectory tenants) : Grain, IAdmissionGrain
{
    public ValueTask<AdmittedCaller?> AuthenticateAsync(string apiKey)
    {
        if (tenants.Authenticate(apiKey) is not { } identity)
            return new((AdmittedCaller?)null);
        var policy = tenants.PolicyOf(identity.TenantId);
        return new(new AdmittedCaller { TenantId = policy.TenantId, CacheEpoch = policy.CacheEpoch, IgnoreContext = policy.IgnoreContext, Caller = tenants.CallerOf(identity) });
    }
}
