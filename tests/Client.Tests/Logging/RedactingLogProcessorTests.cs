using OpenTelemetry;
using OpenTelemetry.Logs;
using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Tests.Logging;

public sealed partial class RedactingLogProcessorTests
{
    [Fact]
    public void OnEnd_Secrets_AreMasked()
    {
        var (message, attributes) = Collected(null, "sk-proj-0123456789abcdef");
        Assert.Equal("It was *** that failed", message);
        Assert.Contains("What=***", attributes);
    }

    [Fact]
    public void OnEnd_ExceptionCannotBeDescribed_TellsNothingOfIt()
    {
        var (message, attributes) = Collected(new UntellableException(), "my diagnosis");
        Assert.NotNull(message);
        Assert.DoesNotContain(attributes.Append(message), static a => a.Contains("diagnosis", StringComparison.Ordinal));
    }

    private static (string? Message, List<string> Attributes) Collected(Exception? exception, string what)
    {
        var seen = new Seen();
        using var loggers = LoggerFactory.Create(l => l.AddOpenTelemetry(o =>
        {
            o.IncludeFormattedMessage = true;
            o.AddProcessor(new RedactingLogProcessor());
            o.AddProcessor(seen);
        }));
        Failed(loggers.CreateLogger("OrleansLlm.Tests"), exception, what);
        return (seen.Message, seen.Attributes);
    }

    [LoggerMessage(1, LogLevel.Error, "It was {What} that failed")]
    private static partial void Failed(ILogger logger, Exception? exception, string what);

    private sealed class Seen : BaseProcessor<LogRecord>
    {
        public string? Message { get; private set; }

        public List<string> Attributes { get; } = [];

        public override void OnEnd(LogRecord data)
        {
            Assert.Null(data.Exception);
            Message = data.FormattedMessage;
            Attributes.AddRange((data.Attributes ?? []).Select(static a => $"{a.Key}={a.Value}"));
        }
    }
}
