using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace OrleansLlm.Inference;

/// <summary>Chooses the execution provider at run time: both builds share this path, the CPU package just finds no CUDA in itself.</summary>
internal static class ExecutionProviders
{
    public static string NameOf(ExecutionProvider provider) => provider == ExecutionProvider.Cuda ? "CUDA" : "CPU";

    /// <summary>CUDA where it is asked for and can be loaded, else the CPU and, where it was asked for, why; that is logged once.</summary>
    public static (ExecutionProvider Provider, string? Fallback) Choose(Accelerator asked, ILogger logger)
    {
        if (asked == Accelerator.Cpu)
            return (ExecutionProvider.Cpu, null);
        try
        {
            // Appending loads the provider's library, so a missing driver or package shows here and not in the first request.
            using var options = new SessionOptions();
            Append(options, ExecutionProvider.Cuda);
            return (ExecutionProvider.Cuda, null);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            Log.CudaNotLoadable(logger, exception.Message);
            return (ExecutionProvider.Cpu, exception.Message);
        }
    }

    public static void Append(SessionOptions options, ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cpu)
            return;
        // Products of ten-bit mantissas (TF32, the default) make what a text scores depend on the batch it is in. A question's length takes no longer without
        // them, full windows twice as long: docs/decisions/2026-11-27-on-a-gpu.md.
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new() { ["device_id"] = "0", ["use_tf32"] = "0" });
        options.AppendExecutionProvider_CUDA(cuda);
    }
}
