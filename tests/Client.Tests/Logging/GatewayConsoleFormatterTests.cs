using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Tests.Logging;

public sealed class GatewayConsoleFormatterTests
{
    private const string Category = "OrleansLlm.Tests";

    [Fact]
    public void Write_MessageCannotBeMade_TellsWhatHappenedAndNothingOfIt()
    {
        var line = Write(LogFormat.Text, null, static () => throw new InvalidOperationException("my diagnosis"));
        Assert.StartsWith($"fail: {Category}[7] ", line, StringComparison.Ordinal);
        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
        Assert.DoesNotContain("diagnosis", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ExceptionCannotBeDescribed_TellsWhatHappenedAndNothingOfIt()
    {
        var line = Write(LogFormat.Json, new UntellableException(), static () => "my diagnosis");
        var told = JsonDocument.Parse(line).RootElement;
        Assert.Equal(("Error", Category, 7), (told.GetProperty("level").GetString(), told.GetProperty("category").GetString(), told.GetProperty("event").GetInt32()));
        Assert.DoesNotContain("diagnosis", line, StringComparison.Ordinal);
    }

    // A caller's name of a model may stand in a line: no line of its own, and no order to the terminal that shows it.
    [Fact]
    public void Write_ControlCharacters_StandInNoLine()
    {
        var line = Write(LogFormat.Text, null, static () => "asked of \e[2J\u009b31m\a\r\nfail: b\tc\u2028d\0");
        Assert.Equal($"fail: {Category}[7] asked of  [2J 31m  fail: b c d {Environment.NewLine}", line);
    }

    private static string Write(LogFormat format, Exception? exception, Func<string> tell)
    {
        using var line = new StringWriter();
        new GatewayConsoleFormatter(Options.Create(new LogOptions { Format = format })).Write(
            new LogEntry<Func<string>>(LogLevel.Error, Category, new EventId(7), tell, exception, static (state, _) => state()), null, line);
        return line.ToString();
    }
}
