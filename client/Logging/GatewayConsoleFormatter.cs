using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace OrleansLlm.Client.Logging;

/// <summary>One line for each event, as text or as JSON, with the trace that it belongs to and without secrets.</summary>
internal sealed class GatewayConsoleFormatter(IOptions<LogOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "orleansllm";

    private readonly LogOptions _options = options.Value;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var exception = logEntry.Exception is { } e ? _options.Redact ? LogRedaction.Describe(e) : e.ToString() : null;
        if (_options.Redact)
            message = LogRedaction.Apply(message);
        if (_options.Format == LogFormat.Json)
            WriteJson(logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, message, exception, textWriter);
        else
            WriteText(logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, message, exception, textWriter);
    }

    private static void WriteText(LogLevel level, string category, int id, string message, string? exception, TextWriter writer)
    {
        writer.Write(level switch
        {
            LogLevel.Critical => "crit",
            LogLevel.Error => "fail",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            LogLevel.Debug => "dbug",
            _ => "trce",
        });
        writer.Write($": {category}[{id}] {OneLine(message)}");
        if (exception is not null)
            writer.Write(" " + OneLine(exception));
        writer.WriteLine();
    }

    private static void WriteJson(LogLevel level, string category, int id, string message, string? exception, TextWriter writer)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", TimeProvider.System.GetUtcNow());
            json.WriteString("level", level.ToString());
            json.WriteString("category", category);
            json.WriteNumber("event", id);
            json.WriteString("message", message);
            if (exception is not null)
                json.WriteString("exception", exception);
            if (Activity.Current is { } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
                json.WriteString("span_id", activity.SpanId.ToHexString());
            }

            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
