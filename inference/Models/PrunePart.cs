namespace OrleansLlm.Inference;

/// <summary>The tokens of one sentence within a window.</summary>
/// <param name="Sentence">Index of the sentence in the request.</param>
/// <param name="Start">Index of its first token in the window.</param>
/// <param name="Count">Its tokens in this window.</param>
internal readonly record struct PrunePart(int Sentence, int Start, int Count);
