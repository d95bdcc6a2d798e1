namespace OrleansLlm.Grains.Caching;

/// <summary>The grain storage providers of the small state of cache and routing.</summary>
public static class CacheStorage
{
    public const string Name = "cache";

    /// <summary>Of shard maps: there is one for each partition, so that they leave the store some time after the last of its answers has.</summary>
    public const string Maps = "cache-maps";
}
