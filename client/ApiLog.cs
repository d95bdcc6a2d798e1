namespace OrleansLlm.Client;

internal static partial class ApiLog
{
    [LoggerMessage(200, LogLevel.Error, "Request {RequestId} failed in the gateway")]
    public static partial void GatewayFailed(ILogger logger, Exception exception, string requestId);
}
