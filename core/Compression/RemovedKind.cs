namespace OrleansLlm.Core.Compression;

/// <summary>Why a stretch was left out.</summary>
public enum RemovedKind
{
    /// <summary>A sentence that the question does not need, with the white space around it.</summary>
    Sentence,

    /// <summary>It repeats what the document says before; nothing is lost.</summary>
    Duplicate,

    /// <summary>White space that means nothing; nothing is lost.</summary>
    WhiteSpace,

    /// <summary>A record of JSON data that the question does not name.</summary>
    Record,

    /// <summary>A word of a sentence that stays.</summary>
    Word,
}
