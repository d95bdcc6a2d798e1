using System.Runtime.InteropServices;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary><see cref="ShardMap"/> on the wire and in the store: which shards hold a partition's entries.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.map.v2")]
public sealed class PartitionMap
{
    /// <summary>Raised by every split; 0 for a partition that holds nothing yet.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>The root first; none for a partition that holds nothing yet.</summary>
    [Id(1)]
    public PartitionMapNode[] Nodes { get; init; } = [];

    public static PartitionMap From(ShardMap map) => new()
    {
        Version = map.Version,
        Nodes = [.. map.Nodes.Select(static n => new PartitionMapNode
        {
            Shard = n.Shard, Centroid = MemoryMarshal.AsBytes(n.Centroid.AsSpan()).ToArray(), First = n.First, Second = n.Second,
        })],
    };

    public ShardMap ToMap() =>
        new(Version, [.. Nodes.Select(static n => new ShardMapNode(n.Shard, MemoryMarshal.Cast<byte, float>(n.Centroid).ToArray(), n.First, n.Second))]);
}

/// <summary><see cref="ShardMapNode"/>, its centroid as little-endian float32.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.map.node.v1")]
public sealed class PartitionMapNode
{
    [Id(0)]
    public string? Shard { get; init; }

    [Id(1)]
    public byte[] Centroid { get; init; } = [];

    [Id(2)]
    public int First { get; init; }

    [Id(3)]
    public int Second { get; init; }
}
