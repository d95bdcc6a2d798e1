using System.Text;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>What is sent in place of the documents of a conversation.</summary>
/// <param name="Documents">The documents that become shorter, in order.</param>
/// <param name="Recalls">What questions bring back of earlier documents, at most one a message.</param>
/// <param name="SavedEarlier">Tokens saved before the last message.</param>
/// <param name="Abstained">Why a document stayed as it was, the last such; null where none did.</param>
/// <param name="Failure">Why all stays as it came although it might be shorter; null where that is not so.</param>
public sealed record CompressedConversation(
    IReadOnlyList<FrozenText> Documents, IReadOnlyList<Recall> Recalls, int SavedEarlier, AbstainReason? Abstained, string? Failure)
{
    /// <summary>Tokens of <see cref="Documents"/> as they came.</summary>
    public int TokensBefore => Documents.Sum(d => d.Result.TokensBefore);

    /// <summary>The same now, with <see cref="Recalls"/>.</summary>
    public int TokensAfter => Documents.Sum(d => d.Result.TokensAfter) + Recalls.Sum(r => r.Tokens);

    /// <summary>The part of what was saved that nothing was lost for: repeats and white space.</summary>
    public int TokensLossless => Documents.Sum(d => d.Result.TokensLossless);

    /// <summary>The text parts that change.</summary>
    public IEnumerable<(int Message, int Part)> Places =>
        Documents.Select(d => (d.MessageIndex, d.Part)).Concat(Recalls.Select(r => (r.MessageIndex, 0))).Distinct();

    public static CompressedConversation Failed(string failure) => new([], [], 0, null, failure);

    /// <summary>What a text part of a message becomes.</summary>
    public string Write(int message, int part, string text)
    {
        var written = new StringBuilder(text);
        // From the last to the first, so that earlier offsets stay true.
        foreach (var document in Documents.Where(d => d.MessageIndex == message && d.Part == part).OrderByDescending(d => d.Start))
            written.Remove(document.Start, document.Original.Length).Insert(document.Start, document.Result.Text);
        if (part == 0 && Recalls.FirstOrDefault(r => r.MessageIndex == message) is { } recall)
            written.Insert(0, recall.Written);
        return written.ToString();
    }
}
