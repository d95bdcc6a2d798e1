using System.CommandLine;
using OrleansLlm.Silo.Commands;

var root = new RootCommand("OrleansLlm: an OpenAI-compatible gateway that cuts the LLM bill") { ServeCommand.Create(), ReplayCommand.Create() };
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(cancellationToken));
return await root.Parse(args).InvokeAsync();
