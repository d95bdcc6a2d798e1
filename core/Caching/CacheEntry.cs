using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Caching;

/// <summary>A stored answer and what is needed to find and judge it.</summary>
public sealed record CacheEntry
{
    /// <summary>Identity within its partition: <c>RequestFingerprint</c> of the request that was answered.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The question as it was asked, read by the verifier; empty for an entry that only exact hits may find.</summary>
    public required string Question { get; init; }

    /// <summary>Unit vector of the question; empty where the entry is for exact hits only.</summary>
    public required float[] Embedding { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><see cref="Invalidations.Sequence"/> as it was known when its making began; null where nobody noted it.</summary>
    public long? RulesSeen { get; init; }

    /// <summary>After this the entry is never served.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the answer used when it was made; prices the saving of a hit.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>What it is expected to save; decides who leaves a full shard.</summary>
    public required EntryWorth Worth { get; init; }

    /// <summary>What the answer depends on, e.g. documents; it is forgotten with any of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The plain chat completion, UTF-8 JSON, Brotli-compressed.</summary>
    public required byte[] Answer { get; init; }
}
