using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OrleansLlm.Client.Logging;

/// <summary>Redacts what goes to a collector, as the console's lines are.</summary>
internal sealed class RedactingLogProcessor : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        try
        {
            Redact(data);
        }
        catch (Exception failure)
        {
            // As on the console; what was not read to its end does not leave.
            data.Body = data.FormattedMessage = LogRedaction.Untold(failure);
            data.Attributes = [];
            data.Exception = null;
        }
    }

    private static void Redact(LogRecord data)
    {
        if (data.FormattedMessage is { } message)
            data.FormattedMessage = LogRedaction.Apply(message);
        if (data.Attributes is { } attributes)
            data.Attributes = [.. attributes.Select(static a => new KeyValuePair<string, object?>(a.Key, a.Value is string text ? LogRedaction.Apply(text) : a.Value))];
        if (data.Exception is { } exception)
        {
            data.Attributes = [.. data.Attributes ?? [], new("exception.type", exception.GetType().FullName), new("exception.stacktrace", LogRedaction.Describe(exception))];
            data.Exception = null;
        }
    }
}
