namespace OrleansLlm.Inference;

/// <summary>A model's files are not what its manifest says; the message names the file. Caught by the engine: that model's layer is off.</summary>
internal sealed class ModelRefusedException : Exception
{
    public ModelRefusedException(string message)
        : base(message)
    {
    }

    public ModelRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
