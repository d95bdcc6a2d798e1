namespace OrleansLlm.Core.Compression;

/// <summary>One word of a text, stemmed and hashed.</summary>
/// <param name="Id">64-bit hash of the stem; equal words have equal ids, and a collision within one context is out of reach in practice.</param>
/// <param name="Root">Hash of the stem's first letters, which inflections and derivations share ("infect", "infectious").</param>
/// <param name="IsStopWord">Whether the word carries no content.</param>
/// <param name="IsName">Whether it is written like a name or a number: a capital or a digit first, not merely opening its text.</param>
internal readonly record struct Term(ulong Id, ulong Root, bool IsStopWord, bool IsName);
