namespace OrleansLlm.Core.Compression;

/// <summary>
/// A piece of the original context that was left out. The compressed text is exactly the original without these spans,
/// which is what an auditor checks.
/// </summary>
/// <param name="Start">Offset in the original context, in UTF-16 code units.</param>
/// <param name="Length">Length in UTF-16 code units; at least 1.</param>
/// <param name="Score">The sentence's relevance score (no unit, comparable within one context); 0 for white space and duplicates.</param>
/// <param name="Kind">Why.</param>
public readonly record struct RemovedSpan(int Start, int Length, double Score, RemovedKind Kind);
