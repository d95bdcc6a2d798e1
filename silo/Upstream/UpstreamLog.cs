using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Silo.Upstream;

internal static partial class UpstreamLog
{
    [LoggerMessage(4001, LogLevel.Warning, "Provider {Provider} failed on request {RequestId}: {Failure}")]
    public static partial void CallFailed(ILogger logger, string provider, string requestId, UpstreamFailure failure, Exception exception);

    [LoggerMessage(4002, LogLevel.Warning, "Provider {Provider} gave no response head within {Timeout} on request {RequestId}")]
    public static partial void FirstByteTimedOut(ILogger logger, string provider, string requestId, TimeSpan timeout);

    [LoggerMessage(4003, LogLevel.Information, "Provider {Provider} failed request {RequestId} ({Outcome}), attempt {Attempt} follows after {Delay}")]
    public static partial void Retrying(ILogger logger, string provider, string requestId, AttemptOutcome outcome, int attempt, TimeSpan delay);

    [LoggerMessage(4004, LogLevel.Warning, "Provider {Provider} answered request {RequestId} with something that is neither JSON nor an event stream")]
    public static partial void Malformed(ILogger logger, string provider, string requestId);

    [LoggerMessage(4005, LogLevel.Warning, "Provider {Provider} fails too often for {Model} and is left alone for {Duration}")]
    public static partial void CircuitOpened(ILogger logger, string provider, string model, TimeSpan duration);

    [LoggerMessage(4007, LogLevel.Error, "Provider {Provider} refuses the gateway's key (401) on request {RequestId}: put a valid one where its ApiKeyVariable or ApiKeyFile says and start anew")]
    public static partial void KeyRefused(ILogger logger, string provider, string requestId);

    [LoggerMessage(4008, LogLevel.Error, "Provider {Provider} does not allow the gateway's account what request {RequestId} asked of {Model} (403): {Refusal}")]
    public static partial void AccessRefused(ILogger logger, string provider, string requestId, string model, string refusal);

    [LoggerMessage(4006, LogLevel.Information, "Provider {Provider} serves {Model} again")]
    public static partial void CircuitClosed(ILogger logger, string provider, string model);
}
