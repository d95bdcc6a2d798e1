namespace OrleansLlm.Inference;

/// <summary>What the router head reads.</summary>
/// <param name="Embedding">The last user message's embedding, 384 floats.</param>
/// <param name="Features">Its 12 surface features, in the order of the router's manifest.</param>
public sealed record RouterInput(float[] Embedding, float[] Features)
{
    /// <summary>The text itself, for a router that reads it; empty for a head over the embedding.</summary>
    public string Text { get; init; } = string.Empty;
}
