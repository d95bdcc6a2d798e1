using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansLlm.Inference.Tests;

/// <summary>A machine with a GPU that a build with <c>-p:Accelerator=Cuda</c> finds; what needs one is skipped elsewhere, and says why.</summary>
internal static class CudaMachine
{
    /// <summary>Why this is none; null where it is one.</summary>
    public static string? Fallback { get; } = ExecutionProviders.Choose(Accelerator.Cuda, NullLogger.Instance).Fallback;

    public static ExecutionProvider Require()
    {
        Assert.SkipUnless(Fallback is null, $"CUDA cannot be loaded here: {Fallback}");
        return ExecutionProvider.Cuda;
    }
}
