namespace OrleansLlm.Inference;

/// <summary>Which cost layers act, or watch, for any tenant of a process: the others' models stay on the disk.</summary>
/// <param name="Cache">Asks the verifier.</param>
/// <param name="Routing">Asks the router.</param>
/// <param name="Compression">Asks the compressor and, where there is one, the token classifier.</param>
/// <remarks>The embedder is always loaded: entries are embedded also when they are brought into a cache that is still off.</remarks>
public sealed record LayersInUse(bool Cache, bool Routing, bool Compression)
{
    /// <summary>All of them.</summary>
    public static LayersInUse All { get; } = new(true, true, true);
}
