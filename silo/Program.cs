using System.CommandLine;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Commands;
using Spectre.Console;

// A pipe has no width: lines that a script reads must not be broken at 80 characters.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 1000;
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
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(cancellationToken));
// The default of two seconds would end the process in the middle of the drain.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = 2 * GatewayHostDefaults.DrainLimit });
