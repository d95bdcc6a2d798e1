namespace OrleansLlm.Core.Caching;

/// <summary>What became of a write to a shard's log.</summary>
public enum ShardWriteOutcome
{
    Written,

    /// <summary>Refused: the log was opened anew since. This writer must stop.</summary>
    Fenced,
}
