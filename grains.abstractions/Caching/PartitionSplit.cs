namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>A shard gave the entries nearer to <see cref="Second"/> to a new shard, and has them no longer once this is in the map.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.split.v1")]
public sealed class PartitionSplit
{
    /// <summary>Centroid of the shard before; where it is another by now, the split is refused.</summary>
    [Id(0)]
    public required byte[] Centroid { get; init; }

    [Id(1)]
    public required string Shard { get; init; }

    [Id(2)]
    public required string NewShard { get; init; }

    /// <summary>Centroid of what stays, little-endian float32.</summary>
    [Id(3)]
    public required byte[] First { get; init; }

    /// <summary>Centroid of what left.</summary>
    [Id(4)]
    public required byte[] Second { get; init; }
}
