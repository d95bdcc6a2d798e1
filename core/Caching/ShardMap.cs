namespace OrleansLlm.Core.Caching;

/// <summary>Which shards hold a partition's entries.</summary>
/// <param name="Version">Raised by every change; 0 for a partition that holds nothing yet.</param>
/// <param name="Shards">Shard ids; empty for a partition that holds nothing yet.</param>
public sealed record ShardMap(int Version, IReadOnlyList<string> Shards)
{
    public static ShardMap Empty { get; } = new(0, []);
}
