using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Ledger;

internal static partial class LedgerLog
{
    [LoggerMessage(300, LogLevel.Error, "{Bytes} bytes of ledger entries could not be brought to {Sink}; they are kept and tried again")]
    public static partial void NotDelivered(ILogger logger, Exception exception, string sink, long bytes);

    [LoggerMessage(301, LogLevel.Error, "{Count} ledger entries were lost: neither disk nor memory takes more")]
    public static partial void Lost(ILogger logger, int count);

    [LoggerMessage(302, LogLevel.Warning, "{Count} ledger lines of tenant {Tenant} could not be read and are left out")]
    public static partial void Unreadable(ILogger logger, int count, string tenant);

    [LoggerMessage(303, LogLevel.Error, "The ledger's journal cannot be written to {Folder}; entries are kept in memory, where a crash loses them")]
    public static partial void JournalInMemory(ILogger logger, Exception exception, string folder);

    [LoggerMessage(304, LogLevel.Information, "The journal of a process that is gone was brought over: {Bytes} bytes, counted once")]
    public static partial void Recovered(ILogger logger, long bytes);

    [LoggerMessage(305, LogLevel.Error, "{Count} ledger entries of tenant {Tenant} never came: their sequence numbers were passed over")]
    public static partial void Missing(ILogger logger, long count, string tenant);

    [LoggerMessage(306, LogLevel.Warning, "Another activation keeps the ledger of tenant {Tenant}; this one reads it again")]
    public static partial void Fenced(ILogger logger, string tenant);

    [LoggerMessage(307, LogLevel.Warning, "The journal of a process that is gone could not be read or deleted; it is tried again")]
    public static partial void NotRecovered(ILogger logger, Exception exception);
}
