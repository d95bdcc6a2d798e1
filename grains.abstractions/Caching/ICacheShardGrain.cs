namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>Vectors and answers of one shard, in memory, logged to the shard store. Keyed by shard id.</summary>
[Alias("orleansllm.cache.shard.v1")]
public interface ICacheShardGrain : IGrainWithStringKey
{
    /// <summary>Candidates for a query, the exact one first, then by cosine. Holds no prompt text of the query.</summary>
    [Alias("lookup"), Orleans.Concurrency.AlwaysInterleave, Orleans.Concurrency.ReadOnly]
    ValueTask<ShardCandidate[]> LookupAsync(ShardQuery query);

    /// <summary>The stored answer, or null where the entry is gone.</summary>
    [Alias("read"), Orleans.Concurrency.AlwaysInterleave, Orleans.Concurrency.ReadOnly]
    ValueTask<StoredAnswer?> ReadAsync(string fingerprint);

    /// <summary>Stores an entry; an earlier one of the same fingerprint is replaced.</summary>
    [Alias("write")]
    ValueTask WriteAsync(ShardWrite write);

    /// <summary>Forgets an entry.</summary>
    [Alias("remove")]
    ValueTask RemoveAsync(string fingerprint);
}
