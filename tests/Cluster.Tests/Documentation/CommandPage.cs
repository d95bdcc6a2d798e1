using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using OrleansLlm.Silo.Commands;

namespace OrleansLlm.Cluster.Tests.Documentation;

/// <summary>The page of all commands, made from the commands themselves.</summary>
internal static class CommandPage
{
    private static readonly (int Code, string Meaning)[] s_codes =
    [
        (ExitCode.Success, "It did what was asked."),
        (ExitCode.Faulty, "`doctor` found a fault, or the command line is wrong."),
        (ExitCode.NotSupported, "The data do not support what was asked for; nothing was written."),
        (ExitCode.WrongInput, "The input is not in the form it must have."),
        (ExitCode.NoInput, "The input is not there, or cannot be read."),
        (ExitCode.Unavailable, "The gateway refused, or is not there."),
        (ExitCode.Broken, "A fault of this program: please report it."),
        (ExitCode.CannotWrite, "The output cannot be written where it shall go; found before anything is asked or billed, but for a disk that fills meanwhile."),
        (ExitCode.WrongConfiguration, "The configuration cannot be used; every mistake is named."),
        (ExitCode.Interrupted, "It was told to end (Ctrl-C) before it was done; `serve` ends with 0."),
    ];

    public static string Make()
    {
        var text = new StringBuilder("""
            # Every command

            `orleansllm` is `./run.sh` in a checkout, or the tool. Colours and progress bars, with the time left, show on a terminal only. With `--json` a command prints one JSON document on
            standard output and nothing else there; one that fails prints `{"error":{"message","exit_code"}}`. `source <(orleansllm completion bash)` (or `zsh`) completes commands, options and
            values. This page is made from the commands by `CommandPageTests`; do not edit it.

            | ends with | when |
            |---|---|

            """);
        foreach (var (code, meaning) in s_codes)
            text.Append(CultureInfo.InvariantCulture, $"| {code} | {meaning} |\n");
        foreach (var (path, command) in Leaves(OrleansLlmCommand.Create(), ""))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `orleansllm {path}`\n\n{command.Description}.\n\n| | default | |\n|---|---|---|\n");
            foreach (var argument in command.Arguments)
                text.Append(CultureInfo.InvariantCulture, $"| `{argument.Name.ToUpperInvariant()}` | | {Cell(argument.Description)} |\n");
            foreach (var option in command.Options.Where(static o => o is not HelpOption))
                text.Append(CultureInfo.InvariantCulture, $"| `{option.Name}` | {Default(option)} | {Cell(option.Description)}{(option.Required ? " (must be given)" : "")} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path)
    {
        if (command.Subcommands.Count == 0)
            yield return (path, command);
        foreach (var leaf in command.Subcommands.SelectMany(c => Leaves(c, path.Length == 0 ? c.Name : $"{path} {c.Name}")))
            yield return leaf;
    }

    private static string Default(Option option) => option.HasDefaultValue && option.ValueType != typeof(bool)
        ? option.GetDefaultValue() switch
        {
            null => "",
            double[] numbers => string.Join(" ", numbers.Select(static n => $"`{n.ToString(CultureInfo.InvariantCulture)}`")),
            Array => "",
            IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
            var value => $"`{value}`",
        }
        : "";

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
