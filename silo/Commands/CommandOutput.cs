using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Logging;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary>
/// How a command tells what it did: to people, or with <c>--json</c> as one JSON document on standard output and nothing else there. A command that
/// fails then prints <c>{"error":{"message","exit_code"}}</c>. Progress, logs and warnings go to standard error.
/// </summary>
internal static class CommandOutput
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // A pipe has no width: lines that a script reads must not be broken at 80 characters.
    private const int PipeWidth = 1000;

    private static TextWriter? s_document;
    private static bool s_isWritten;

    /// <summary>The option; every command has it.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document and nothing else, errors included" };

    /// <summary>Whether it was given.</summary>
    public static bool IsJson => s_document is not null;

    /// <summary>Runs the command of <paramref name="parsed"/>.</summary>
    public static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration configuration)
    {
        configuration.EnableDefaultExceptionHandler = false;
        if (parsed.Action is HelpAction || !parsed.Tokens.Any(static t => t.Value == "--json"))
        {
            if (Console.IsOutputRedirected)
                AnsiConsole.Profile.Width = PipeWidth;
            return await RunAsync(parsed, configuration);
        }

        s_document = Console.Out;
        var errors = Console.Error;
        using var said = new StringWriter();
        await using var both = new SplitWriter(errors, said);
        Console.SetOut(errors);
        Console.SetError(both);
        (configuration.Output, configuration.Error) = (errors, both);
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(errors) });
        if (Console.IsErrorRedirected)
            AnsiConsole.Profile.Width = PipeWidth;
        var code = await RunAsync(parsed, configuration);
        if (!s_isWritten && code != ExitCode.Success)
            Write(new { error = new { message = said.ToString().Trim(), exit_code = code } }, static _ => { });
        return code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, InvocationConfiguration configuration)
    {
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception e) when (HostStart.IsInterruption(e))
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
        // A disk that fills while something is written, a file that goes away while it is read.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is FileNotFoundException or DirectoryNotFoundException ? ExitCode.NoInput : ExitCode.CannotWrite;
        }
        catch (Exception e)
        {
            // Its message may quote what was read.
            await Console.Error.WriteLineAsync("A fault of this program: " + LogRedaction.Apply(e.ToString()));
            return ExitCode.Broken;
        }
    }

    /// <summary>Prints what came out: <paramref name="document"/> in snake_case, or what <paramref name="tell"/> tells people.</summary>
    public static void Write(object document, Action<IAnsiConsole> tell) => WriteRaw(() => JsonSerializer.Serialize(document, s_json), tell);

    /// <summary>The same of JSON that is there already.</summary>
    public static void WriteRaw(string json, Action<IAnsiConsole> tell) => WriteRaw(() => json, tell);

    private static void WriteRaw(Func<string> json, Action<IAnsiConsole> tell)
    {
        if (s_document is null)
        {
            tell(AnsiConsole.Console);
            return;
        }

        s_isWritten = true;
        s_document.WriteLine(json().TrimEnd());
        s_document.Flush();
    }

    private sealed class SplitWriter(TextWriter first, TextWriter second) : TextWriter
    {
        public override Encoding Encoding => first.Encoding;

        public override void Write(char value)
        {
            first.Write(value);
            second.Write(value);
        }

        public override void Write(string? value)
        {
            first.Write(value);
            second.Write(value);
        }
    }
}
