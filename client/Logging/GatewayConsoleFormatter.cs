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
        string line;
        try
        {
            var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
            var exception = logEntry.Exception is { } e ? _options.Redact ? LogRedaction.Describe(e) : e.ToString() : null;
            line = Line(logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, _options.Redact ? LogRedaction.Apply(message) : message, exception);
        }
        catch (Exception failure)
        {
            // Whoever has a line written, often because something else failed, is not to fail by it.
            line = Line(logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, LogRedaction.Untold(failure), null);
        }

        textWriter.WriteLine(line);
    }

    private string Line(LogLevel level, string category, int id, string message, string? exception) =>
        _options.Format == LogFormat.Json ? JsonLine(level, category, id, message, exception) : TextLine(level, category, id, message, exception);

    private static string TextLine(LogLevel level, string category, int id, string message, string? exception)
    {
        var name = level switch
        {
            LogLevel.Critical => "crit",
            LogLevel.Error => "fail",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            LogLevel.Debug => "dbug",
            _ => "trce",
        };
        var line = $"{name}: {category}[{id}] {OneLine(message)}";
        return exception is null ? line : $"{line} {OneLine(exception)}";
    }

    private static string JsonLine(LogLevel level, string category, int id, string message, string? exception)
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

        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    // Nor anything that a terminal would take for an order: a line may name what a caller sent.
    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return !line.Any(char.IsControl) ? line : string.Create(line.Length, line, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}
