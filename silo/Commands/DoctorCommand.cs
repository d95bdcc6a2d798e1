using System.CommandLine;
using OrleansLlm.Silo.Diagnosis;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>doctor</c>: what is wrong with this set-up, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check settings, ports, models, store, providers and clock, and say how to mend what is wrong; starts nothing") { CommandOutput.Json };
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var findings = await Doctor.ExamineAsync(static () => SetUp.FromEnvironment(TimeProvider.System), cancellationToken);
        CommandOutput.Write(
            findings.Select(static f => new { check = f.Check, severity = f.Severity.ToString().ToLowerInvariant(), text = f.Text, fix = f.Fix }),
            console => Write(console, findings));
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
