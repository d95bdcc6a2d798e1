using OrleansLlm.Grains.Abstractions.RateLimits;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Authenticates callers that come by the Orleans client: the tenant is the key's on every way in.</summary>
[Alias("orleansllm.gateway.admission.v1")]
public interface IAdmissionGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Whose key of the configuration it is; null for any other. For applications with a package of before <see cref="AdmitAsync"/>, which know neither
    /// rate limits nor a key's list of models.
    /// </summary>
    [Alias("authenticate")]
    ValueTask<AdmittedCaller?> AuthenticateAsync(string apiKey);

    /// <summary>Whose key it is, of the configuration or made here, and what holds for them.</summary>
    [Alias("admit")]
    ValueTask<AdmissionAnswer> AdmitAsync(string apiKey);
}

/// <summary>What becomes of a key.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.admission.answer.v1")]
public sealed class AdmissionAnswer
{
    /// <summary>Whose it is; null for nobody's.</summary>
    [Id(0)]
    public AdmittedCaller? Caller { get; init; }

    /// <summary>Whether that cannot be known now.</summary>
    [Id(1)]
    public bool IsUnknown { get; init; }
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

    /// <summary>The rate limits that hold for them. Whoever makes the requests keeps them, with the help of <see cref="RateLimits.IRateLimitGrain"/>.</summary>
    [Id(4)]
    public RateCap[] RateLimits { get; init; } = [];
}
