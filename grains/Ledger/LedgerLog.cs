using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Ledger;

internal static partial class LedgerLog
{
    [LoggerMessage(300, LogLevel.Error, "{Count} ledger entries of tenant {Tenant} could not be stored; they are kept and tried again")]
    public static partial void NotStored(ILogger logger, Exception exception, int count, string tenant);

    [LoggerMessage(301, LogLevel.Error, "{Count} ledger entries were lost: the store was out of reach for longer than the queue holds")]
    public static partial void Lost(ILogger logger, int count);

    [LoggerMessage(302, LogLevel.Warning, "A ledger entry of tenant {Tenant} could not be read and is left out of the totals")]
    public static partial void Unreadable(ILogger logger, string tenant);
}
