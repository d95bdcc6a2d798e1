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

    [LoggerMessage(110, LogLevel.Warning, "Partition class {Class}: acceptance threshold {Before} -> {Now} ({Reason}; {Wrong} wrong of {Labels} labels); none means that nothing is served by meaning")]
    public static partial void ThresholdMoved(
        ILogger logger, string @class, double? before, double? now, Core.Caching.Risk.RiskReason reason, long wrong, long labels);

    [LoggerMessage(111, LogLevel.Warning, "The labels of partition class {Class} were not saved; they stay in memory")]
    public static partial void RiskNotSaved(ILogger logger, Exception exception, string @class);

    [LoggerMessage(112, LogLevel.Warning, "The threshold of partition class {Class} could not be refreshed; the last one serves while it is young")]
    public static partial void ThresholdNotRefreshed(ILogger logger, Exception exception, string @class);

    [LoggerMessage(113, LogLevel.Warning, "Request {RequestId}: its cached answer could not be compared")]
    public static partial void NotVerified(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(EventId = 114, Message = "What callers of tenant {Tenant} said of its hits was not counted")]
    public static partial void FeedbackNotCounted(ILogger logger, LogLevel level, Exception exception, string tenant);

    [LoggerMessage(116, LogLevel.Warning, "Shard {Shard}: {Count} writes took {Milliseconds} ms to reach the store; a crash meanwhile would have lost them")]
    public static partial void WritesSlow(ILogger logger, string shard, int count, int milliseconds);

    [LoggerMessage(104, LogLevel.Warning, "Shard {Shard} dropped {Count} queued writes: the store is out of reach and the queue is full")]
    public static partial void WritesDropped(ILogger logger, string shard, int count);

    [LoggerMessage(105, LogLevel.Warning, "Shard {Shard} was opened elsewhere since; this activation stops")]
    public static partial void Fenced(ILogger logger, string shard);

    [LoggerMessage(106, LogLevel.Information, "Shard {Shard} split: {Count} of its entries are now in {NewShard}")]
    public static partial void Split(ILogger logger, string shard, int count, string newShard);

    [LoggerMessage(107, LogLevel.Warning, "Shard {Shard} could not split; it goes on as it is and tries again later")]
    public static partial void NotSplit(ILogger logger, Exception? exception, string shard);

    [LoggerMessage(109, LogLevel.Warning, "The partitions of tenant {Tenant} were not saved; they stay in memory")]
    public static partial void PartitionsNotSaved(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(115, LogLevel.Warning, "Shard {Shard} could not ask for its share of its tenant's bytes; it goes on within its own limits")]
    public static partial void BudgetNotKept(ILogger logger, Exception exception, string shard);

    [LoggerMessage(108, LogLevel.Warning, "Shard {Shard} could not read the map of its partition")]
    public static partial void MapNotRead(ILogger logger, Exception exception, string shard);
}
