namespace OrleansLlm.Client.RateLimits;

internal static partial class RateLimitLog
{
    [LoggerMessage(202, LogLevel.Warning, "The rate limits of tenant {Tenant} are out of reach; requests are let in")]
    public static partial void Unknown(ILogger logger, Exception exception, string tenant);
}
