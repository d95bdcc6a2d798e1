using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Caching;

internal static partial class CacheLog
{
    [LoggerMessage(100, LogLevel.Warning, "The shard map of partition {Partition} was not saved; it will be made again when needed")]
    public static partial void MapNotSaved(ILogger logger, Exception exception, string partition);

    [LoggerMessage(101, LogLevel.Warning, "Shard {Shard} could not be loaded; it answers from memory and tries again")]
    public static partial void ShardNotLoaded(ILogger logger, Exception exception, string shard);

    [LoggerMessage(102, LogLevel.Warning, "Shard {Shard} dropped {Count} damaged records of {Total} on loading")]
    public static partial void DamagedRecords(ILogger logger, string shard, int count, int total);

    [LoggerMessage(103, LogLevel.Warning, "Shard {Shard} could not write {Count} records; they stay queued")]
    public static partial void WritesQueued(ILogger logger, Exception exception, string shard, int count);

    [LoggerMessage(120, LogLevel.Warning, "What tenant {Tenant} invalidated cannot be known; nothing is given from its cache meanwhile")]
    public static partial void InvalidationsUnknown(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(104, LogLevel.Warning, "Shard {Shard} dropped {Count} queued writes: the store is out of reach and the queue is full")]
    public static partial void WritesDropped(ILogger logger, string shard, int count);

    [LoggerMessage(105, LogLevel.Warning, "Shard {Shard} was opened elsewhere since; this activation stops")]
    public static partial void Fenced(ILogger logger, string shard);

    [LoggerMessage(106, LogLevel.Information, "Shard {Shard} split: {Count} of its entries are now in {NewShard}")]
    public static partial void Split(ILogger logger, string shard, int count, string newShard);

    [LoggerMessage(107, LogLevel.Warning, "Shard {Shard} could not split; it goes on as it is and tries again later")]
    public static partial void NotSplit(ILogger logger, Exception? exception, string shard);

    [LoggerMessage(108, LogLevel.Warning, "Shard {Shard} could not read the map of its partition")]
    public static partial void MapNotRead(ILogger logger, Exception exception, string shard);
}
