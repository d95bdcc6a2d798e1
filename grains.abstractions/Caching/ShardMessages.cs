using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What to look for.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.query.v1")]
public sealed class ShardQuery
{
    [Id(0)]
    public required string Fingerprint { get; init; }

    /// <summary>Little-endian float32 unit vector (bytes, because float[] is ten times dearer on the wire); empty for an exact lookup only.</summary>
    [Id(1)]
    public required byte[] Embedding { get; init; }

    /// <summary>Most candidates to return.</summary>
    [Id(2)]
    public int Top { get; init; } = 4;

    /// <summary>Least cosine similarity of a candidate, in [-1, 1].</summary>
    [Id(3)]
    public float MinimumCosine { get; init; }

    /// <summary>Oldest entry allowed; null for any age.</summary>
    [Id(4)]
    public int? MaxAgeSeconds { get; init; }

    /// <summary>Version of the map by which the shard was chosen.</summary>
    [Id(5)]
    public int MapVersion { get; init; }

    /// <summary>Whose cache is asked: its budget is the shard's.</summary>
    [Id(6)]
    public required string TenantId { get; init; }

    /// <summary>The same query for a shard chosen by the map of <paramref name="mapVersion"/>.</summary>
    public ShardQuery For(int mapVersion, bool exactOnly) => new()
    {
        Fingerprint = Fingerprint,
        Embedding = exactOnly ? [] : Embedding,
        Top = Top,
        MinimumCosine = MinimumCosine,
        MaxAgeSeconds = MaxAgeSeconds,
        MapVersion = mapVersion,
        TenantId = TenantId,
    };
}

/// <summary>What a shard has for a query.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.reply.v1")]
public sealed class ShardReply
{
    /// <summary>The caller's map is older than the shard's last split: read the map again.</summary>
    [Id(0)]
    public bool Moved { get; init; }

    [Id(1)]
    public ShardCandidate[] Candidates { get; init; } = [];
}

/// <summary>An entry that may answer the query.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.candidate.v1")]
public sealed class ShardCandidate
{
    [Id(0)]
    public required string Fingerprint { get; init; }

    [Id(1)]
    public required string Question { get; init; }

    /// <summary>Cosine similarity; 1 for the exact entry.</summary>
    [Id(2)]
    public required float Cosine { get; init; }

    [Id(3)]
    public required double AgeSeconds { get; init; }
}

/// <summary>An answer as stored.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.answer.v1")]
public sealed class StoredAnswer
{
    /// <summary>Tells those that wait for an answer that it has come and is nobody else's: each asks for itself and waits for no other.</summary>
    public static StoredAnswer OfNobodyElse { get; } = new() { Body = [], Model = string.Empty, Usage = default, CreatedAt = default };

    /// <summary>Whether it is <see cref="OfNobodyElse"/>, from whichever silo: an answer is never empty.</summary>
    public bool IsNobodyElses => Body.Length == 0;

    /// <summary>The plain chat completion, UTF-8 JSON, Brotli-compressed.</summary>
    [Id(0)]
    public required byte[] Body { get; init; }

    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Counts of the call that made the answer.</summary>
    [Id(2)]
    public required StoredUsage Usage { get; init; }

    /// <summary>When its making began: what it says may be as old as that.</summary>
    [Id(3)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it depends on; see <c>x-orleansllm-cache-tags</c>.</summary>
    [Id(4)]
    public string[] Tags { get; init; } = [];

    /// <summary>Sequence of the tenant's latest invalidation that was known when its making began: later ones forbid it. Null where nobody noted it: then <see cref="CreatedAt"/> decides.</summary>
    [Id(5)]
    public long? RulesSeen { get; init; }
}

/// <summary><see cref="TokenUsage"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.usage.v1")]
public readonly record struct StoredUsage(
    [property: Id(0)] int PromptTokens,
    [property: Id(1)] int CompletionTokens,
    [property: Id(2)] int CachedTokens,
    [property: Id(3)] int CacheWriteTokens,
    [property: Id(4)] int ReasoningTokens)
{
    public static StoredUsage From(TokenUsage usage) =>
        new(usage.PromptTokens, usage.CompletionTokens, usage.CachedTokens, usage.CacheWriteTokens, usage.ReasoningTokens);

    public TokenUsage ToUsage() => new(PromptTokens, CompletionTokens, CachedTokens, CacheWriteTokens, ReasoningTokens);
}

/// <summary>An entry to store.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.write.v1")]
public sealed class ShardWrite
{
    [Id(0)]
    public required string Fingerprint { get; init; }

    [Id(1)]
    public required string Question { get; init; }

    /// <summary>As in <see cref="ShardQuery.Embedding"/>; empty for an entry that only exact hits may find.</summary>
    [Id(2)]
    public required byte[] Embedding { get; init; }

    [Id(3)]
    public required StoredAnswer Answer { get; init; }

    [Id(4)]
    public required int TimeToLiveSeconds { get; init; }

    /// <summary>As in <see cref="ShardQuery.MapVersion"/>.</summary>
    [Id(5)]
    public int MapVersion { get; init; }

    /// <summary>As in <see cref="ShardQuery.TenantId"/>.</summary>
    [Id(6)]
    public required string TenantId { get; init; }

    /// <summary>The same write for a shard chosen by the map of <paramref name="mapVersion"/>.</summary>
    public ShardWrite For(int mapVersion) => new()
    {
        Fingerprint = Fingerprint,
        Question = Question,
        Embedding = Embedding,
        Answer = Answer,
        TimeToLiveSeconds = TimeToLiveSeconds,
        MapVersion = mapVersion,
        TenantId = TenantId,
    };
}
