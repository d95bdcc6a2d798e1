namespace OrleansLlm.Core.Caching;

/// <summary>
/// Where shards are kept between activations. Calls throw where the store is out of reach; the shard then serves from memory and tries
/// again later.
/// </summary>
public interface IShardStore
{
    /// <summary>
    /// Takes the log of a shard over: from now on every earlier opening of it is fenced off, so that of two activations, or of one that
    /// was thought dead, only the latest writes.
    /// </summary>
    Task<IShardLog> OpenAsync(string shardId, CancellationToken cancellationToken);
}
