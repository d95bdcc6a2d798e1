using System.CommandLine;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Silo.Transfer;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>cache import</c>, <c>cache export</c> and <c>cache invalidate</c>: a running gateway's answers in, out and away.</summary>
internal static class CacheCommand
{
    private static readonly Option<bool> Restart = new("--restart") { Description = "Begin anew although an earlier run did not end" };

    public static Command Create() => new("cache", "Move cached answers in and out of a running gateway, or make it forget them") { Import(), Export(), Invalidate() };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON lines: question and answer, a request log with responses, or an export" };
        var command = new Command("import", "Store answers, so that the first question of its kind is a hit already; goes on where a broken run ended") { file, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant, Restart, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!await CommandFiles.CanReadAsync(path))
                return ExitCode.NoInput;

            var result = await ProgressBar.RunAsync("Importing", report => CacheImport.RunAsync(path, GatewayArguments.Read(parsed), parsed.GetValue(Restart), report, cancellationToken));
            foreach (var skipped in result.Skipped.Take(10))
                await Console.Error.WriteLineAsync($"line {skipped.Line}: {skipped.Reason}");
            CommandOutput.Write(
                new { result.Imported, result.Expired, result.Lines, result.Skipped },
                console => console.MarkupLineInterpolated($"{result.Imported} answers imported, {result.Expired} too old, {result.Lines - result.Imported - result.Expired} lines skipped."));
            return result.Imported + result.Expired == 0 ? ExitCode.WrongInput : ExitCode.Success;
        }));
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = "Where to; JSON lines that 'cache import' reads" };
        var command = new Command("export", "Write a tenant's cached answers to a file; goes on where a broken run ended") { file, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant, Restart, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!await CommandFiles.CanWriteAsync(path))
                return ExitCode.CannotWrite;
            var answers = await ProgressBar.RunAsync(
                "Exporting", report => CacheExport.RunAsync(path, GatewayArguments.Read(parsed), parsed.GetValue(Restart), report, cancellationToken));
            CommandOutput.Write(new { answers, file = path }, console => console.MarkupLineInterpolated($"{answers} answers exported."));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command Invalidate()
    {
        var tags = new Option<string[]>("--tag") { Description = "Answers written with this tag, e.g. a document's id" };
        var namespaces = new Option<string[]>("--namespace") { Description = "Answers of this namespace" };
        var entries = new Option<string[]>("--entry") { Description = "One answer, as /v1/explain names it" };
        var all = new Option<bool>("--all") { Description = "Every answer of the tenant" };
        var command = new Command("invalidate", "Forget answers; when it returns, nothing forgotten is given anywhere in the cluster")
        {
            tags, namespaces, entries, all, CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(tags) is null && result.GetResult(namespaces) is null && result.GetResult(entries) is null && !result.GetValue(all))
                result.AddError("Say what to forget: --tag, --namespace, --entry or --all.");
            else if (result.GetValue(all) && (result.GetResult(tags) ?? result.GetResult(namespaces) ?? result.GetResult(entries)) is not null)
                result.AddError("--all forgets every answer of the tenant, whatever else is named: give it alone.");
        });
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            var gateway = GatewayArguments.Read(parsed);
            using var http = gateway.CreateClient();
            (string Name, string? Value)[] parameters =
            [
                .. (parsed.GetValue(tags) ?? []).Select(static v => ("tag", (string?)v)), .. (parsed.GetValue(namespaces) ?? []).Select(static v => ("namespace", (string?)v)),
                .. (parsed.GetValue(entries) ?? []).Select(static v => ("entry", (string?)v)), ("all", parsed.GetValue(all) ? "true" : null),
            ];
            using var response = await http.DeleteAsync(gateway.Path("/admin/v1/cache", parameters), cancellationToken);
            var answer = await GatewayAnswer.ReadAsync(response, InvalidationDocument.Kind, cancellationToken);
            CommandOutput.WriteRaw(answer, static _ => Console.WriteLine("Forgotten, in the whole cluster."));
            return ExitCode.Success;
        }));
        return command;
    }
}
