using System.CommandLine;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Commands;
using OrleansLlm.Silo.Hosting;

// Before there are many threads: the C library asks once, when they first are more than it has heaps for.
NativeHeap.Share();
var parsed = OrleansLlmCommand.Create().Parse(args);
// The default of two seconds would end the process in the middle of the drain, which is told of first.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = ProgramLine.Patience + AllInOneHost.StopLimit };
return await CommandOutput.InvokeAsync(parsed, configuration);
