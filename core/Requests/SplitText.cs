namespace OrleansLlm.Core.Requests;

/// <summary>A text part taken apart by <see cref="ContextDetector"/>.</summary>
/// <param name="Context">Context blocks in order, never overlapping.</param>
/// <param name="Question">What is left, trimmed.</param>
/// <param name="Layout">Labels and tags that stood around the question.</param>
public sealed record SplitText(IReadOnlyList<ContextBlock> Context, string Question, string Layout);
