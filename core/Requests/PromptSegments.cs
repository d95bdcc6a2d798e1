namespace OrleansLlm.Core.Requests;

/// <summary>
/// The last user turn, taken apart: only <see cref="Question"/> may be matched by meaning, and only
/// <see cref="Context"/> may be compressed. Where the last message is not the user's, both are empty.
/// </summary>
/// <param name="MessageIndex">Which message the turn is; -1 where there is none.</param>
/// <param name="Question">The question alone, trimmed; empty where none could be told apart from its context.</param>
/// <param name="Context">Stretches of documents inside the turn, in order.</param>
public sealed record PromptSegments(int MessageIndex, string Question, IReadOnlyList<ContextBlock> Context)
{
    public static PromptSegments None { get; } = new(-1, string.Empty, []);

    /// <summary>Takes a user's message apart, which need not be the last.</summary>
    /// <param name="message">The message.</param>
    /// <param name="index">Its index, which the result carries.</param>
    public static PromptSegments Of(ChatMessage message, int index)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Join(index, [.. message.TextParts.Select((part, i) => ContextDetector.Split(i, part.Text))]);
    }

    internal static PromptSegments Join(int index, IReadOnlyList<SplitText> parts) => parts.Count == 1
        ? new(index, parts[0].Question, parts[0].Context)
        : new(index, string.Join('\n', parts.Select(p => p.Question).Where(q => q.Length > 0)), [.. parts.SelectMany(p => p.Context)]);
}

/// <summary>A stretch of a text part that holds documents rather than the question.</summary>
/// <param name="Part">Index into the message's <see cref="ChatMessage.TextParts"/>.</param>
/// <param name="Start">UTF-16 offset in that part's text.</param>
/// <param name="Length">UTF-16 length.</param>
/// <param name="Kind">How it was recognised.</param>
public readonly record struct ContextBlock(int Part, int Start, int Length, ContextKind Kind);

/// <summary>How a context block was recognised.</summary>
public enum ContextKind
{
    /// <summary>Between an opening and a closing tag, e.g. <c>&lt;document&gt;</c>.</summary>
    Tagged,

    /// <summary>After a label such as <c>Context:</c>.</summary>
    Labelled,

    /// <summary>Between code fences.</summary>
    Fenced,

    /// <summary>Quoted with <c>&gt;</c> lines, triple quotes or long quotation marks.</summary>
    Quoted,

    /// <summary>What a prompt says around its documents ("Context information is below."): neither a document nor the question.</summary>
    Frame,

    /// <summary>Paragraphs before a short last one in a message too long to be a question as a whole.</summary>
    Preceding,
}
