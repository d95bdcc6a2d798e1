namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>Which shards hold a partition's entries.</summary>
/// <param name="Version">Raised by every change; 0 for a partition that holds nothing yet.</param>
/// <param name="Shards">Shard ids; empty for a partition that holds nothing yet.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.map.v1")]
public sealed record PartitionMap([property: Id(0)] int Version, [property: Id(1)] string[] Shards)
{
    public static PartitionMap Empty { get; } = new(0, []);
}
