namespace OrleansLlm.Silo.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(410, LogLevel.Critical, "The embedded store takes no writes although there is room on its disk: this process must be started anew (/health/live says so to its supervisor)")]
    public static partial void StoreStuck(ILogger logger, Exception exception);

    [LoggerMessage(411, LogLevel.Error, "Ledger entries of tenant {Tenant} cannot be packed into a block; they stay as they are until it can be written")]
    public static partial void BlockNotKept(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(412, LogLevel.Error, "Files of ledger entries or cached answers whose time is over could not be deleted; it is tried again in an hour")]
    public static partial void NotDeleted(ILogger logger, Exception exception);

    [LoggerMessage(413, LogLevel.Error, "{Count} of the latest ledger entries of tenant {Tenant} are not in their file, as after a power cut: they stay in the sums, and only there")]
    public static partial void EntriesMissing(ILogger logger, long count, string tenant);

    [LoggerMessage(414, LogLevel.Error, "A file that was written could not be brought through to the disk: a power cut may lose what is in it")]
    public static partial void NotSynced(ILogger logger, Exception exception);

    [LoggerMessage(415, LogLevel.Error, "A packed block of ledger entries cannot be read; it is kept as {Path}, and later entries go on without it")]
    public static partial void BlockDamaged(ILogger logger, Exception exception, string path);
}
