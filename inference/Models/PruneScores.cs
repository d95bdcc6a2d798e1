namespace OrleansLlm.Inference;

/// <summary>What the compressor says of the sentences of a request.</summary>
/// <param name="SentenceLogits">
/// One keep logit per sentence, the mean over its tokens; 0 for a sentence without any token (nothing but white space or control characters).
/// </param>
/// <param name="Words">Per sentence the keep logits of its tokens in order; null where they were not asked for.</param>
/// <param name="WindowCount">Model calls that it took.</param>
public sealed record PruneScores(float[] SentenceLogits, WordLogit[][]? Words, int WindowCount);
