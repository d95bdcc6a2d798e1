namespace OrleansLlm.Inference;

/// <summary>An input or output of a graph as its manifest names it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Bound">No value is greater in size, above 0: what the graph gives beyond is cut off. Null where the manifest says nothing.</param>
internal sealed record ModelTensor(string Name, float? Bound = null);
