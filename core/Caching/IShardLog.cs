namespace OrleansLlm.Core.Caching;

/// <summary>
/// The log of one shard, for its one writer: frames in order, and now and then a snapshot in their place. Calls come one after the other,
/// and throw where the store is out of reach.
/// </summary>
public interface IShardLog
{
    /// <summary>All frames in the order they were appended, in chunks; none for a new shard.</summary>
    IAsyncEnumerable<IReadOnlyList<byte[]>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Appends frames at the end, all or none.</summary>
    Task<ShardWriteOutcome> AppendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);

    /// <summary>Begins a snapshot beside the log, which goes on; what was left of an earlier one is dropped.</summary>
    Task<ShardWriteOutcome> BeginSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Adds a chunk to the snapshot that was begun.</summary>
    Task<ShardWriteOutcome> AddToSnapshotAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);

    /// <summary>Puts the snapshot, and behind it what was appended since it began, in the place of the log: all or none.</summary>
    Task<ShardWriteOutcome> SwitchToSnapshotAsync(IReadOnlyList<byte[]> appendedSince, CancellationToken cancellationToken);

    /// <summary>Begins the log anew where the store has forgotten it, with what its writer still knows; fenced where somebody else has begun one.</summary>
    Task<ShardWriteOutcome> RestoreAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);
}
