namespace OrleansLlm.Silo.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(410, LogLevel.Critical, "The embedded store takes no writes although there is room on its disk: this process must be started anew (/health/live says so to its supervisor)")]
    public static partial void StoreStuck(ILogger logger, Exception exception);
}
