using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

internal static partial class UpstreamLog
{
    [LoggerMessage(4001, LogLevel.Warning, "Provider {Provider} failed on request {RequestId}: {Failure}")]
    public static partial void CallFailed(ILogger logger, string provider, string requestId, UpstreamFailure failure, Exception exception);

    [LoggerMessage(4002, LogLevel.Warning, "Provider {Provider} gave no response head within {Timeout} on request {RequestId}")]
    public static partial void FirstByteTimedOut(ILogger logger, string provider, string requestId, TimeSpan timeout);

    [LoggerMessage(4003, LogLevel.Information, "Provider {Provider} was not reached, attempt {Attempt} follows after {Delay}")]
    public static partial void Retrying(ILogger logger, string provider, int attempt, TimeSpan delay);
}
