using System.CommandLine;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>completion bash|zsh</c>: a script for the shell that asks this program what may come next.</summary>
internal static class CompletionCommand
{
    // The program answers "[suggest:POSITION]" itself (System.CommandLine's directive): scripts need not be made anew with each option.
    private const string Bash = """
        _orleansllm() {
          local IFS=$'\n'
          COMPREPLY=( $("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null) )
        }
        complete -o default -F _orleansllm orleansllm
        """;

    private const string Zsh = """
        _orleansllm() {
          local -a found
          found=( "${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}" )
          compadd -a found
        }
        compdef _orleansllm orleansllm
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Print a completion script: source <(orleansllm completion bash)") { shell, CommandOutput.Json };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(shell);
            var script = name == "zsh" ? Zsh : Bash;
            CommandOutput.Write(new { shell = name, script }, _ => Console.WriteLine(script));
        });
        return command;
    }
}
