namespace OrleansLlm.Client.Hosting.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(210, LogLevel.Warning, "A peer that shows the certificate '{Subject}' is refused: {Refusal}")]
    public static partial void Refused(ILogger log, string subject, string refusal);

    [LoggerMessage(211, LogLevel.Warning, "A renewed certificate or key is not used, the former stays: {Problem}")]
    public static partial void NotRenewed(ILogger log, string problem);
}
