namespace OrleansLlm.Core.Caching;

/// <summary>
/// Where shards are kept between activations: a list of frames per shard. Calls throw where the store is out of reach;
/// the shard then serves from memory and tries again later.
/// </summary>
public interface IShardStore
{
    /// <summary>All frames of the shard in the order they were appended; empty for a new shard.</summary>
    Task<IReadOnlyList<byte[]>> LoadAsync(string shardId, CancellationToken cancellationToken);

    /// <summary>Appends frames at the end, all or none.</summary>
    Task AppendAsync(string shardId, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);

    /// <summary>Puts <paramref name="frames"/> in the place of everything stored, all or none.</summary>
    Task ReplaceAsync(string shardId, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);
}
