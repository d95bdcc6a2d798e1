using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Answers embeddings requests: from the cache where the same was asked before, else from the upstream. Keyed <c>{bucket}|{tenant}</c>.</summary>
[Alias("orleansllm.embeddings.v1")]
public interface IEmbeddingsGrain : IRunningRequests
{
    [Alias("embed"), ResponseTimeout(ResponseTimeouts.ModelAnswer)]
    Task<GatewayReply> EmbedAsync(EmbeddingsCall call, CancellationToken cancellationToken);
}

/// <summary>An embeddings request that was authenticated, read and found well-formed.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.embeddings.call.v1")]
public sealed class EmbeddingsCall
{
    // Identical requests meet in one activation and share a call.
    private const int Buckets = 16;

    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>From the credential, never from the body.</summary>
    [Id(1)]
    public required string TenantId { get; init; }

    /// <summary>The body as it came.</summary>
    [Id(2)]
    public required byte[] Body { get; init; }

    /// <summary>The deployment named by the address (Azure style); null where the body names the model.</summary>
    [Id(3)]
    public string? ModelInAddress { get; init; }

    /// <summary>See <see cref="EmbeddingsRequest.Identify"/>.</summary>
    [Id(4)]
    public required string Partition { get; init; }

    /// <summary>See <see cref="EmbeddingsRequest.Identify"/>.</summary>
    [Id(5)]
    public required string Fingerprint { get; init; }

    [Id(6)]
    public required RequestControls Controls { get; init; }

    /// <summary>Who asks within the tenant.</summary>
    [Id(7)]
    public Caller Caller { get; init; } = Caller.None;

    /// <summary>The address of the grain that serves it.</summary>
    public string GrainKey => $"{Convert.ToInt32(Fingerprint[..6], 16) % Buckets}|{TenantId}";
}
