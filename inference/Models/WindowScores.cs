namespace OrleansLlm.Inference;

/// <summary>What one window says.</summary>
/// <param name="LogitSums">Per part, the sum of the sentence logits of its tokens.</param>
/// <param name="Words">Per part, its tokens' word logits; null where they were not asked for.</param>
internal sealed record WindowScores(double[] LogitSums, WordLogit[][]? Words);
