namespace OrleansLlm.Inference;

/// <summary>What executes a model's graph.</summary>
internal enum ExecutionProvider
{
    Cpu,
    Cuda,
}
