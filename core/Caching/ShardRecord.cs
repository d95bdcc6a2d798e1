namespace OrleansLlm.Core.Caching;

/// <summary>One line of a shard's log: an entry put, or a fingerprint removed.</summary>
/// <param name="Removed">The fingerprint that is gone; null for a put.</param>
/// <param name="Entry">The entry; null for a removal.</param>
public readonly record struct ShardRecord(string? Removed, CacheEntry? Entry)
{
    public static ShardRecord Put(CacheEntry entry) => new(null, entry);

    public static ShardRecord Remove(string fingerprint) => new(fingerprint, null);
}
