using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLlm.Silo.Diagnosis;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>doctor</c>: what is wrong with this set-up, and how to mend it.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new Command("doctor", "Check settings, ports, models, store, providers and clock, and say how to mend what is wrong; starts nothing") { json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        var findings = await Doctor.ExamineAsync(static () => SetUp.FromEnvironment(TimeProvider.System), cancellationToken);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(findings, s_json));
        else
            Write(AnsiConsole.Console, findings);
        return findings.Any(static f => f.Severity == Severity.Fault) ? ExitCode.Faulty : ExitCode.Success;
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            var (mark, colour) = finding.Severity switch
            {
                Severity.Ok => ("ok     ", "green"),
                Severity.Warning => ("warning", "yellow"),
                _ => ("FAULT  ", "red"),
            };
            console.MarkupLine($"[{colour}]{mark}[/] {Markup.Escape(finding.Check),-9} {Markup.Escape(finding.Text)}");
            if (finding.Fix is { } fix)
                console.MarkupLine($"                  -> {Markup.Escape(fix)}");
        }

        var faults = findings.Count(static f => f.Severity == Severity.Fault);
        var warnings = findings.Count(static f => f.Severity == Severity.Warning);
        console.MarkupLineInterpolated($"Faults: {faults}, warnings: {warnings}.");
    }
}
