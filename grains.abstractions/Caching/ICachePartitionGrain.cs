namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>The shard map of one cache partition; keyed by the partition.</summary>
[Alias("orleansllm.cache.partition.v1")]
public interface ICachePartitionGrain : IGrainWithStringKey
{
    /// <summary>The map as it is; <see cref="PartitionMap.Empty"/> where nothing was stored yet.</summary>
    [Alias("map"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<PartitionMap> GetMapAsync();

    /// <summary>The map with at least one shard to write to.</summary>
    [Alias("open")]
    ValueTask<PartitionMap> OpenAsync();
}
