namespace OrleansLlm.Inference;

/// <summary>An input or output of a graph as its manifest names it.</summary>
/// <param name="Name">The tensor's name.</param>
internal sealed record ModelTensor(string Name);
