using OrleansLlm.Core.Compression.Words;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>Asks the pruner model for the logits of a plan's sentences.</summary>
public delegate ValueTask<PrunerScores> SentencePruner(CompressionPlan plan);

/// <summary>What became of it.</summary>
/// <param name="Logits">One a sentence; null where there is no such model here, and words alone decide.</param>
/// <param name="Failure">Why the model that is here did not answer; null where it did. The prompt then stays as it came.</param>
public readonly record struct PrunerScores(float[]? Logits, string? Failure)
{
    /// <summary>The tokens of each sentence, where the plan asks for those (<see cref="CompressionPlan.NeedsTokens"/>).</summary>
    public IReadOnlyList<IReadOnlyList<TokenLogit>>? Tokens { get; init; }

    public static PrunerScores None { get; }
}
