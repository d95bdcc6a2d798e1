using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Grains.Compression;

/// <summary>What compression did, or would do, to a request.</summary>
/// <param name="Conversation">The documents that become shorter, in earlier turns as well.</param>
/// <param name="Reason">Why nothing was compressed; null where something was.</param>
/// <param name="Milliseconds">Time taken.</param>
internal sealed record CompressionOutcome(CompressedConversation Conversation, string? Reason, double Milliseconds)
{
    /// <summary>What the ledger keeps of what was taken out; null where it keeps nothing.</summary>
    public IReadOnlyList<RemovedRange>? Recorded { get; init; }

    /// <summary>How far it was to go.</summary>
    public CompressionSettings? Settings { get; init; }

    public bool IsCompressed => Conversation.Documents.Count > 0;

    /// <summary>Tokens of the documents that become shorter, under the target model.</summary>
    public int TokensBefore => Conversation.TokensBefore;

    public int TokensAfter => Conversation.TokensAfter;

    public int TokensRemoved => TokensBefore - TokensAfter;

    /// <summary>The same where <paramref name="settings"/> are those it was made under, else nothing: a quality floor may allow another model less.</summary>
    public CompressionOutcome Under(CompressionSettings settings) =>
        !IsCompressed || Settings == settings ? this : None(nameof(AbstainReason.QualityFloor)) with { Milliseconds = Milliseconds };

    public static CompressionOutcome None(string reason) => new(CompressedConversation.Failed(reason), reason, 0);
}
