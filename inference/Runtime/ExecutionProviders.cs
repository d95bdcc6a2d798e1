using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace OrleansLlm.Inference;

/// <summary>Chooses the execution provider at run time: both builds share this path, the CPU package just finds no CUDA in itself.</summary>
internal static class ExecutionProviders
{
    public static string NameOf(ExecutionProvider provider) => provider == ExecutionProvider.Cuda ? "CUDA" : "CPU";

    /// <summary>CUDA where it is asked for and can be loaded, else the CPU; says once why not.</summary>
    public static ExecutionProvider Choose(Accelerator asked, ILogger logger)
    {
        if (asked == Accelerator.Cpu)
            return ExecutionProvider.Cpu;
        try
        {
            // Appending loads the provider's library, so a missing driver or package shows here and not in the first request.
            using var options = new SessionOptions();
            Append(options, ExecutionProvider.Cuda);
            return ExecutionProvider.Cuda;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            Log.CudaNotLoadable(logger, exception.Message);
            return ExecutionProvider.Cpu;
        }
    }

    public static void Append(SessionOptions options, ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cuda)
            options.AppendExecutionProvider_CUDA(0);
    }
}
