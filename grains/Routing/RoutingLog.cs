using Microsoft.Extensions.Logging;

namespace OrleansLlm.Grains.Routing;

/// <summary>Log messages of the router. None carries a question.</summary>
public static partial class RoutingLog
{
    [LoggerMessage(500, LogLevel.Warning, "{Path}: the threshold is {Threshold}, below 0.80: complex questions may go to the small model")]
    public static partial void LowThreshold(ILogger logger, string path, double threshold);

    [LoggerMessage(501, LogLevel.Error, "Tenant {Tenant}: the router's scores have drifted from the certificate's (stability index {Index}); nothing is routed down until they return or the router is calibrated again")]
    public static partial void ScoresDrifted(ILogger logger, string tenant, double index);

    [LoggerMessage(502, LogLevel.Warning, "Tenant {Tenant}: the router's scores are as the certificate's again (stability index {Index})")]
    public static partial void ScoresReturned(ILogger logger, string tenant, double index);

    [LoggerMessage(503, LogLevel.Error, "Tenant {Tenant}: {Misrouted} of {RoutedDown} checked answers needed the strong model, more than the promised {Limit}; nothing is routed down")]
    public static partial void TooManyMisroutes(ILogger logger, string tenant, int misrouted, int routedDown, double limit);

    [LoggerMessage(504, LogLevel.Warning, "What production says of tenant {Tenant}'s routing could not be read")]
    public static partial void EvidenceUnknown(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(506, LogLevel.Warning, "What production says of tenant {Tenant}'s routing was not saved; it stays in memory")]
    public static partial void EvidenceNotSaved(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(505, LogLevel.Warning, "Request {RequestId}: the tiers' answers could not be compared")]
    public static partial void NotCompared(ILogger logger, Exception exception, string requestId);
}
