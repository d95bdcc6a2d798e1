namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>A cached answer on its way out of one cache or into another. Its vector is made anew where it arrives.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.transfer.v1")]
public sealed class TransferredAnswer
{
    /// <summary>The partition's hash, without the embedding model.</summary>
    [Id(0)]
    public required string Partition { get; init; }

    [Id(1)]
    public required string Fingerprint { get; init; }

    /// <summary>Empty for an answer that only exact hits may find.</summary>
    [Id(2)]
    public required string Question { get; init; }

    [Id(3)]
    public required StoredAnswer Answer { get; init; }

    [Id(4)]
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The caller's namespace; empty for none.</summary>
    [Id(5)]
    public string Namespace { get; init; } = string.Empty;
}
