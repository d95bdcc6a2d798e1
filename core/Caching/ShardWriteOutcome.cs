namespace OrleansLlm.Core.Caching;

/// <summary>What became of a write to a shard's log.</summary>
public enum ShardWriteOutcome
{
    Written,

    /// <summary>Refused: the log was opened anew since. This writer must stop.</summary>
    Fenced,

    /// <summary>Refused: the store has forgotten the log, as an emptied one has. See <see cref="IShardLog.RestoreAsync"/>.</summary>
    Lost,
}
