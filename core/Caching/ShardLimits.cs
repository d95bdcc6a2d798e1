namespace OrleansLlm.Core.Caching;

/// <summary>How much a shard may hold.</summary>
/// <param name="Entries">Most live entries.</param>
/// <param name="Bytes">Most bytes of memory, vectors included (<see cref="ShardContents.Size"/>).</param>
/// <param name="HitHalfLife">Time in which a hit counts for half in the choice of what leaves.</param>
public sealed record ShardLimits(int Entries, long Bytes, TimeSpan HitHalfLife);
