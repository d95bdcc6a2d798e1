namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>
/// Vectors and answers of one shard, in memory, logged to the shard store. Keyed by shard id, <c>partition/number</c>. A caller whose map is
/// older than the shard's last split is told so and must read the map again.
/// </summary>
[Alias("orleansllm.cache.shard.v1")]
public interface ICacheShardGrain : IGrainWithStringKey
{
    /// <summary>Candidates for a query, the exact one alone, else by cosine. Holds no prompt text of the query.</summary>
    [Alias("lookup"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<ShardReply> LookupAsync(ShardQuery query);

    /// <summary>The stored answer, which counts as a hit, or null where the entry is gone.</summary>
    [Alias("read"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<StoredAnswer?> ReadAsync(string fingerprint);

    /// <summary>Stores an entry; an earlier one of the same fingerprint is replaced. False where the caller's map is too old.</summary>
    [Alias("write")]
    ValueTask<bool> WriteAsync(ShardWrite write);

    /// <summary>Stored answers by rising fingerprint, for an export.</summary>
    /// <param name="after">Begins behind this fingerprint; null for the first page.</param>
    /// <param name="count">Most answers.</param>
    [Alias("page"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<TransferredAnswer[]> PageAsync(string? after, int count);

    /// <summary>Forgets an entry.</summary>
    [Alias("remove")]
    ValueTask RemoveAsync(string fingerprint);

    /// <summary>
    /// Takes entries over from a shard that splits, and returns once they are in the store; false where they are not.
    /// </summary>
    /// <param name="frames">Records, encoded for this shard.</param>
    /// <param name="first">Whether to forget all that was here before: what is left of a split that was not finished.</param>
    [Alias("import")]
    ValueTask<bool> ImportAsync(byte[][] frames, bool first);
}
