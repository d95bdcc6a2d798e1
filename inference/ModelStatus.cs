namespace OrleansLlm.Inference;

/// <summary>What became of one model at the start, for readiness and the log.</summary>
/// <param name="Name">Its folder under the models directory.</param>
/// <param name="Version">The manifest's version; empty where no manifest could be read.</param>
/// <param name="Loaded">False where the model's lane answers <see cref="LaneOutcome.Unavailable"/>.</param>
/// <param name="ExecutionProvider"><c>CUDA</c> or <c>CPU</c>.</param>
/// <param name="Sha256">Hash of the model file, lower-case hexadecimal; empty where it could not be read.</param>
/// <param name="Problem">Why it was not loaded, naming the file; null where it was.</param>
/// <param name="Fallback">Why it runs on the processor where an accelerator was asked for and it has a file for one; else null.</param>
public sealed record ModelStatus(string Name, string Version, bool Loaded, string ExecutionProvider, string Sha256, string? Problem, string? Fallback = null);
