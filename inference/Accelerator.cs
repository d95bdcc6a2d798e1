namespace OrleansLlm.Inference;

/// <summary>Where the models are asked to run.</summary>
public enum Accelerator
{
    /// <summary>The processor: dynamic int8 models, one item a call.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU: weight-only models in padded micro-batches; needs the build made with <c>-p:Accelerator=Cuda</c>.</summary>
    Cuda,
}
