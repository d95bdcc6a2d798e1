using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Log messages of the gateway. None carries a prompt, an answer or a key.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(400, LogLevel.Error, "Request {RequestId} failed in the gateway")]
    public static partial void RunFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(401, LogLevel.Warning, "Request {RequestId}: the {Layer} layer failed and was skipped")]
    public static partial void LayerFailed(ILogger logger, Exception exception, string requestId, string layer);

    [LoggerMessage(402, LogLevel.Warning, "Request {RequestId}: the answer could not be cached")]
    public static partial void NotCached(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(403, LogLevel.Warning, "Request {RequestId}: provider {Provider} gave no response ({Failure})")]
    public static partial void UpstreamFailed(ILogger logger, string requestId, string provider, string failure);

    [LoggerMessage(404, LogLevel.Information, "Request {RequestId}: {Fallback} answered in place of {Model} ({Reason})")]
    public static partial void FellBack(ILogger logger, string requestId, string model, string fallback, Core.Routing.FallbackReason reason);

    [LoggerMessage(405, LogLevel.Warning, "Request {RequestId}: a stored answer is damaged, or larger than Gateway:MaxReplyBytes ({Most}); the model is asked")]
    public static partial void AnswerUnreadable(ILogger logger, string requestId, int most);
}
