using System.CommandLine;
using System.Text;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Replay;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>replay FILE</c>: what would this log have cost with the gateway?</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "JSON lines: chat completion bodies, optionally with timestamp, response and usage" };
        var html = new Option<string?>("--html") { Description = "Write the report as a self-contained page to this file" };
        var explicitModels = new Option<bool>("--honour-models") { Description = "Route only requests for 'auto'; by default every model in the log may be routed down" };
        var command = new Command("replay", "Replay a log through the real layers and print what it would have saved") { file, html, explicitModels, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(html), !parsed.GetValue(explicitModels), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? html, bool routeExplicit, CancellationToken cancellationToken)
    {
        if (!await CommandFiles.CanReadAsync(file))
            return ExitCode.NoInput;
        if (html is not null && !await CommandFiles.CanWriteAsync(html))
            return ExitCode.CannotWrite;

        if (await HostStart.TryAsync(() => ProgressBar.RunAsync("Replaying", progress =>
                ReplayRunner.RunAsync(file, HostSettings.FromEnvironment(), routeExplicit, (done, of) => progress(done, of), cancellationToken))) is not { } run)
            return ExitCode.WrongConfiguration;

        var report = ReplayReport.From(run);
        CommandOutput.WriteRaw(Encoding.UTF8.GetString(ReplayJson.ToUtf8(report)), console => ReplayConsole.Write(console, report));
        if (html is not null)
            await File.WriteAllTextAsync(html, ReplayHtml.Render(report), cancellationToken);
        return run.Entries.Count == 0 ? ExitCode.WrongInput : ExitCode.Success;
    }
}
