using System.CommandLine;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>orleansllm</c>: all commands.</summary>
internal static class OrleansLlmCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("OrleansLlm: an OpenAI-compatible gateway that cuts the LLM bill")
        {
            ServeCommand.Create(),
            ReplayCommand.Create(),
            ExplainCommand.Create(),
            CalibrateCommand.Create(),
            CacheCommand.Create(),
            LedgerCommand.CreateSavings(),
            LedgerCommand.CreateLedger(),
            PricesCommand.Create(),
            KeysCommand.Create(),
            DoctorCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Add(CommandOutput.Json);
        root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(cancellationToken));
        return root;
    }
}
