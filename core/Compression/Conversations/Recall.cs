namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>Sentences of earlier documents that a later question asks for: left out when their document entered, they enter with the question.</summary>
/// <param name="MessageIndex">The question's message, which they stand at the beginning of.</param>
/// <param name="Text">The sentences, one a line, with their headings.</param>
/// <param name="Tokens">Tokens that they add, label included.</param>
public sealed record Recall(int MessageIndex, string Text, int Tokens)
{
    /// <summary>Stands before the sentences.</summary>
    internal const string Label = "From the documents above:\n";

    /// <summary>Stands between them and the message.</summary>
    internal const string Break = "\n\n";

    /// <summary>The <see cref="LeftOutSentence.Line"/> of each.</summary>
    internal IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>What the message begins with.</summary>
    public string Written => Label + Text + Break;
}
