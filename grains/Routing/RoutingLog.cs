using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Routing;

/// <summary>Log messages of the router. None carries a question.</summary>
public static partial class RoutingLog
{
    [LoggerMessage(500, LogLevel.Warning, "{Path}: the threshold is {Threshold}, below 0.80: complex questions may go to the small model")]
    public static partial void LowThreshold(ILogger logger, string path, double threshold);
}
