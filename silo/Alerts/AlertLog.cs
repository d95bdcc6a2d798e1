namespace OrleansLlm.Silo.Alerts;

internal static partial class AlertLog
{
    [LoggerMessage(600, LogLevel.Warning, "The webhook answered {Status} to alert {Id}")]
    public static partial void Refused(ILogger logger, string id, int status);

    [LoggerMessage(601, LogLevel.Warning, "Alert {Id} could not be delivered to the webhook")]
    public static partial void NotDelivered(ILogger logger, Exception exception, string id);
}
