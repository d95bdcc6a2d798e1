using Microsoft.Extensions.Logging;

namespace OrleansLlm.Inference;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Model {Model} {Version} is loaded on {Provider}")]
    public static partial void ModelLoaded(ILogger logger, string model, string version, string provider);

    [LoggerMessage(101, LogLevel.Error, "Model {Model} is not loaded and its layer is off: {Problem}")]
    public static partial void ModelNotLoaded(ILogger logger, string model, string problem);

    [LoggerMessage(102, LogLevel.Warning, "Accelerator Cuda is asked for but cannot be loaded, the models run on the CPU: {Reason}")]
    public static partial void CudaNotLoadable(ILogger logger, string reason);

    [LoggerMessage(104, LogLevel.Warning, "Model {Model} does not run on CUDA and runs on the CPU: {Reason}")]
    public static partial void ModelNotOnCuda(ILogger logger, string model, string reason);

    [LoggerMessage(103, LogLevel.Error, "Lane {Lane} failed on a call of {Count} item(s)")]
    public static partial void LaneFaulted(ILogger logger, string lane, int count, Exception exception);

    [LoggerMessage(105, LogLevel.Information, "Model {Model} {Version} is left on the disk: its layer is off for every tenant")]
    public static partial void ModelNotAsked(ILogger logger, string model, string version);
}
