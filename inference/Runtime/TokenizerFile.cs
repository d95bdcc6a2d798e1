namespace OrleansLlm.Inference;

/// <summary>The tokenizer that a model was trained with.</summary>
/// <param name="Vocabulary">One piece a line; relative to the model's folder.</param>
/// <param name="Sha256">Hash of the vocabulary: a shifted line would silently change every token id.</param>
/// <param name="MaxTokens">The longest input in tokens, special ones included.</param>
/// <param name="LowerCase">Whether it was trained uncased: letters lower-cased, accents stripped. Default true.</param>
internal sealed record TokenizerFile(string Vocabulary, string Sha256, int MaxTokens, bool LowerCase = true);
