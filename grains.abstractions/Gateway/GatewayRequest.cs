using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>A request that was authenticated, read and found well-formed.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.request.v1")]
public sealed class GatewayRequest
{
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>From the credential, never from the body.</summary>
    [Id(1)]
    public required string TenantId { get; init; }

    /// <summary>The body as it came.</summary>
    [Id(2)]
    public required byte[] Body { get; init; }

    /// <summary>The model named by the address (Azure style); null where the body names it.</summary>
    [Id(3)]
    public string? ModelInAddress { get; init; }

    /// <summary>See <see cref="RequestFingerprint"/>.</summary>
    [Id(4)]
    public required string Fingerprint { get; init; }

    [Id(5)]
    public required RequestControls Controls { get; init; }

    /// <summary>The form of <see cref="Body"/>.</summary>
    [Id(6)]
    public WireForm Form { get; init; }

    /// <summary>Headers of the caller that go on to the provider (<c>anthropic-version</c>, <c>anthropic-beta</c>).</summary>
    [Id(8)]
    public KeyValuePair<string, string>[] Headers { get; init; } = [];

    /// <summary>Who asks within the tenant.</summary>
    [Id(7)]
    public Caller Caller { get; init; } = Caller.None;

    /// <summary>
    /// The request as read, so that a gateway in the same process need not read it again. Does not travel:
    /// a gateway in another process reads <see cref="Body"/> itself.
    /// </summary>
    [field: NonSerialized]
    public ChatRequest? Parsed { get; init; }

    /// <summary>Whether the caller reads a stream by <see cref="GatewayEvent.Reader"/> where it is in the gateway's process. Does not travel.</summary>
    [field: NonSerialized]
    public bool ReadsInProcess { get; init; }

    /// <summary>The same request under an id of its own, as it is sent once more to check a hit.</summary>
    public GatewayRequest ForVerification() => new()
    {
        RequestId = RequestId + "-verification",
        TenantId = TenantId,
        Body = Body,
        ModelInAddress = ModelInAddress,
        Fingerprint = Fingerprint,
        Controls = Controls,
        Form = Form,
        Headers = Headers,
        Parsed = Parsed,
        Caller = Caller,
    };
}
