namespace OrleansLlm.Client;

internal static partial class ApiLog
{
    [LoggerMessage(200, LogLevel.Error, "Request {RequestId} failed in the gateway")]
    public static partial void GatewayFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(204, LogLevel.Error, "Keys of tenant {Tenant} could not be read or changed")]
    public static partial void KeyNotChanged(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(203, LogLevel.Error, "The keys are out of reach; those that were made here open nothing until they are back")]
    public static partial void KeysUnknown(ILogger logger, Exception exception);

    [LoggerMessage(201, LogLevel.Error, "An invalidation of tenant {Tenant} could not be stored")]
    public static partial void InvalidationFailed(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(206, LogLevel.Warning, "{Count} lines of tenant {Tenant}'s ledger of {Day} are no entries and are left out")]
    public static partial void LinesLeftOut(ILogger logger, int count, string tenant, DateOnly day);

    [LoggerMessage(205, LogLevel.Error, "The page {Path} could not be made")]
    public static partial void PageFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(207, LogLevel.Warning, "The store cannot be reached ({Failure}), which knows the silos; it is waited for")]
    public static partial void StoreAwaited(ILogger logger, string failure);

    [LoggerMessage(208, LogLevel.Warning, "The store names no silo that answers; one is waited for")]
    public static partial void SiloAwaited(ILogger logger);
}
