namespace OrleansLlm.Core.Compression.Structure;

internal enum LineKind : byte
{
    /// <summary>Sentences, list items included.</summary>
    Prose,

    /// <summary>White space only.</summary>
    Blank,

    /// <summary>A title: kept, and opens a section.</summary>
    Heading,

    /// <summary>The first line of a block that is kept byte for byte.</summary>
    Structure,

    /// <summary>A further line of the heading or block above.</summary>
    Continuation,
}
