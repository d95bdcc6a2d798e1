using System.CommandLine;
using OrleansLlm.Silo.Transfer;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>cache import</c> and <c>cache export</c>: a running gateway's answers in and out.</summary>
internal static class CacheCommand
{
    private const int Refused = 69;
    private const int NoInput = 66;

    private static readonly Option<string> Url = CreateUrl();
    private static readonly Option<string> KeyVariable = new("--key-variable") { Description = "Environment variable that holds an operator's key", DefaultValueFactory = _ => "ORLEANSLLM_API_KEY" };
    private static readonly Option<string?> Tenant = new("--tenant") { Description = "The tenant; by default the operator's own" };
    private static readonly Option<bool> Restart = new("--restart") { Description = "Begin anew although an earlier run did not end" };

    public static Command Create() => new("cache", "Move cached answers in and out of a running gateway") { Import(), Export() };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON lines: question and answer, a request log with responses, or an export" };
        var command = new Command("import", "Store answers, so that the first question of its kind is a hit already; goes on where a broken run ended") { file, Url, KeyVariable, Tenant, Restart };
        command.SetAction((parsed, cancellationToken) => RunAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
            {
                await Console.Error.WriteLineAsync($"There is no file '{path}'.");
                return NoInput;
            }

            var result = await ProgressBar.RunAsync("Importing", report => CacheImport.RunAsync(path, Gateway(parsed), parsed.GetValue(Restart), report, cancellationToken));
            foreach (var skipped in result.Skipped.Take(10))
                await Console.Error.WriteLineAsync($"line {skipped.Line}: {skipped.Reason}");
            AnsiConsole.MarkupLineInterpolated($"{result.Imported} answers imported, {result.Expired} too old, {result.Lines - result.Imported - result.Expired} lines skipped.");
            return 0;
        }));
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = "Where to; JSON lines that 'cache import' reads" };
        var command = new Command("export", "Write a tenant's cached answers to a file; goes on where a broken run ended") { file, Url, KeyVariable, Tenant, Restart };
        command.SetAction((parsed, cancellationToken) => RunAsync(async () =>
        {
            var answers = await ProgressBar.RunAsync(
                "Exporting", report => CacheExport.RunAsync(parsed.GetRequiredValue(file), Gateway(parsed), parsed.GetValue(Restart), report, cancellationToken));
            AnsiConsole.MarkupLineInterpolated($"{answers} answers exported.");
            return 0;
        }));
        return command;
    }

    private static Option<string> CreateUrl()
    {
        var url = new Option<string>("--url") { Description = "The gateway", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                result.AddError("--url must be an http or https address.");
        });
        return url;
    }

    private static GatewayAddress Gateway(ParseResult parsed) => new(new Uri(parsed.GetRequiredValue(Url)), parsed.GetRequiredValue(KeyVariable), parsed.GetValue(Tenant));

    private static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Refused;
        }
    }
}
