using System.CommandLine;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Commands;

var root = new RootCommand("OrleansLlm: an OpenAI-compatible gateway that cuts the LLM bill") { ServeCommand.Create(), ReplayCommand.Create(), CalibrateCommand.Create(), CacheCommand.Create() };
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(cancellationToken));
// The default of two seconds would end the process in the middle of the drain.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = 2 * GatewayHostDefaults.DrainLimit });
