namespace OrleansLlm.Grains.Caching;

/// <summary>The grain storage provider of the cache's small state (shard maps).</summary>
public static class CacheStorage
{
    public const string Name = "cache";
}
