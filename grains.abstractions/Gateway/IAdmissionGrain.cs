using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Authenticates callers that come by the Orleans client: the tenant is the key's on every way in.</summary>
[Alias("orleansllm.gateway.admission.v1")]
public interface IAdmissionGrain : IGrainWithIntegerKey
{
    /// <summary>Whose key it is and what makes their cache partitions; null for nobody's.</summary>
    [Alias("authenticate")]
    ValueTask<AdmittedCaller?> AuthenticateAsync(string apiKey);
}

/// <summary>An authenticated caller, as far as the maker of a <see cref="GatewayRequest"/> must know.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.admitted.v1")]
public sealed class AdmittedCaller
{
    [Id(0)]
    public required string TenantId { get; init; }

    [Id(1)]
    public required int CacheEpoch { get; init; }

    [Id(2)]
    public required bool IgnoreContext { get; init; }

    /// <summary>Whose caps within the tenant a call counts against.</summary>
    [Id(3)]
    public required Caller Caller { get; init; }
}
