namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>The shard map of one cache partition; keyed by the partition.</summary>
[Alias("orleansllm.cache.partition.v1")]
public interface ICachePartitionGrain : IGrainWithStringKey
{
    /// <summary>The map as it is; without shards where nothing was stored yet.</summary>
    [Alias("map"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<PartitionMap> GetMapAsync();

    /// <summary>The map with at least one shard to write to.</summary>
    [Alias("open")]
    ValueTask<PartitionMap> OpenAsync();

    /// <summary>
    /// Enters a split and returns the map that holds; it has the new shard only where the old one was not split since.
    /// Throws where the map cannot be saved.
    /// </summary>
    [Alias("split")]
    ValueTask<PartitionMap> SplitAsync(PartitionSplit split);
}
