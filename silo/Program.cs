using System.CommandLine;
using OrleansLlm.Silo.Commands;
using OrleansLlm.Silo.Hosting;

// Before there are many threads: the C library asks once, when they first are more than it has heaps for.
NativeHeap.Share();
var parsed = OrleansLlmCommand.Create().Parse(args);
// The default of two seconds would end the process in the middle of the drain.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = AllInOneHost.StopLimit };
return await CommandOutput.InvokeAsync(parsed, configuration);
