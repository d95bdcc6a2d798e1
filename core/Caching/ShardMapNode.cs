namespace OrleansLlm.Core.Caching;

/// <summary>A shard, or a split into two.</summary>
/// <param name="Shard">The shard's id; null for a split.</param>
/// <param name="Centroid">Unit vector in whose direction its entries lie; empty for the root.</param>
/// <param name="First">Place among the nodes of the child for vectors nearer to its centroid, or as near; -1 for a shard.</param>
/// <param name="Second">The other child; -1 for a shard.</param>
public sealed record ShardMapNode(string? Shard, float[] Centroid, int First, int Second);
