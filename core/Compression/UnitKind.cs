namespace OrleansLlm.Core.Compression;

/// <summary>What a piece of a context may have done to it.</summary>
internal enum UnitKind : byte
{
    /// <summary>A sentence: kept whole or left out whole.</summary>
    Prose,

    /// <summary>A list marker: kept as long as any sentence of its item is.</summary>
    Marker,

    /// <summary>Says whose the text is (<see cref="Structure.LineLabel"/>): kept as long as anything of it is.</summary>
    Label,

    /// <summary>Code, data, a table, a heading and the like: always kept, byte for byte.</summary>
    Structure,

    /// <summary>An object of an array of like ones, with the comma after it, or one on a line of its own: kept or left out as a whole.</summary>
    Record,

    /// <summary>A word of a sentence with the white space before it: kept or left out by a token classifier.</summary>
    Word,
}
