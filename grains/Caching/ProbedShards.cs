using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>What the shards that were asked have for a query, as if they were one.</summary>
internal sealed class ProbedShards
{
    private readonly Dictionary<string, ICacheShardGrain> _shardOf;

    private readonly Func<string, ValueTask<StoredAnswer?>> _elsewhere;

    private ProbedShards(ShardCandidate[] candidates, Dictionary<string, ICacheShardGrain> shardOf, Func<string, ValueTask<StoredAnswer?>> elsewhere)
    {
        Candidates = candidates;
        _elsewhere = elsewhere;
        _shardOf = shardOf;
    }

    public static ProbedShards None { get; } = new([], [], static _ => default);

    /// <summary>The exact one alone, else the nearest first.</summary>
    public ShardCandidate[] Candidates { get; }

    /// <param name="query">What was asked.</param>
    /// <param name="replies">What the shards answered.</param>
    /// <param name="elsewhere">Reads an answer that is no longer where it was found.</param>
    public static ProbedShards Of(ShardQuery query, (ICacheShardGrain Shard, ShardReply Reply)[] replies, Func<string, ValueTask<StoredAnswer?>> elsewhere)
    {
        var shardOf = new Dictionary<string, ICacheShardGrain>(StringComparer.Ordinal);
        var candidates = new List<ShardCandidate>();
        foreach (var (shard, reply) in replies)
        {
            foreach (var candidate in reply.Candidates)
            {
                if (candidate.Fingerprint == query.Fingerprint)
                    return new([candidate], new Dictionary<string, ICacheShardGrain> { [candidate.Fingerprint] = shard }, elsewhere);
                if (shardOf.TryAdd(candidate.Fingerprint, shard))
                    candidates.Add(candidate);
            }
        }

        return new([.. candidates.OrderByDescending(static c => c.Cosine).Take(query.Top)], shardOf, elsewhere);
    }

    /// <summary>The stored answer of a candidate, which counts as a hit, or null where it is gone.</summary>
    public async ValueTask<StoredAnswer?> ReadAsync(string fingerprint) =>
        await _shardOf[fingerprint].ReadAsync(fingerprint) ?? await _elsewhere(fingerprint);

    /// <summary>Forgets a candidate.</summary>
    public ValueTask RemoveAsync(string fingerprint) => _shardOf[fingerprint].RemoveAsync(fingerprint);
}
