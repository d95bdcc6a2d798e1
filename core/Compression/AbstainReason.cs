namespace OrleansLlm.Core.Compression;

/// <summary>Why a context was left as it was.</summary>
public enum AbstainReason
{
    /// <summary>Nothing stood in the way: the context was compressed, or may be.</summary>
    None,

    /// <summary>The context is below <see cref="CompressionSettings.MinimumContextTokens"/>.</summary>
    TooSmall,

    /// <summary>The conversation has more than <see cref="Conversations.ConversationCompressor.MostCharacters"/>: so much takes longer than anybody waits.</summary>
    TooLarge,

    /// <summary>The question has no word that could tell needed from unneeded sentences ("Summarise this document").</summary>
    NoQuestion,

    /// <summary>The task needs the whole context (translate, proofread, rewrite; compare several documents), whatever its words match.</summary>
    WholeContext,

    /// <summary>It is a text that the instructions set a task on, or has instructions in it and nothing that marks it as a document.</summary>
    Instructions,

    /// <summary>No sentence shares a content word with the question: any choice would be a guess.</summary>
    Flat,

    /// <summary>The context is all structure (code, tables, data, headings), which is never cut.</summary>
    NothingLive,

    /// <summary>Fewer than <see cref="CompressionSettings.MinimumSavedTokens"/> tokens could be saved.</summary>
    NotWorthIt,

    /// <summary>The structure, which is never cut, exceeds <see cref="CompressionSettings.TokenBudget"/> on its own.</summary>
    StructureAboveBudget,

    /// <summary>The strategy chooses by a model's scores, and there are none.</summary>
    NoScores,

    /// <summary>A quality floor is asked for, and no certificate supports leaving out any sentence.</summary>
    QualityFloor,

    /// <summary>No saving that whole sentences allow would pay under the provider's prefix cache (<see cref="CompressionSettings.Saving"/>).</summary>
    PrefixCache,
}
