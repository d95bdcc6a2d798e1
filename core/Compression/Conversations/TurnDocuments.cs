using System.Collections.Frozen;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// Which of the blocks of a user's turn are documents that may be compressed. For the cache's sake <see cref="ContextDetector"/> takes too much for
/// context: also the text that a task is about, and rules for the model. Here a mistake costs a fact or an instruction, so what is unsure stays.
/// </summary>
internal static class TurnDocuments
{
    // A longer paragraph is a document's.
    private const int LongestInstruction = 1_000;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> InstructionTags = (
        "rules rule guidelines guideline constraints constraint requirements persona role system system_prompt prompt style tone format output_format "
        + "response_format behavior behaviour").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The documents in order, each a block or the inner part of one.</summary>
    public static IEnumerable<ContextBlock> Of(ChatRequest chat, PromptSegments turn)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Context.Count == 0)
            yield break;
        // What is said later may not change what was sent.
        var isTask = chat.Messages.Take(turn.MessageIndex).Any(m => m.IsInstruction && m.TextParts.Any(p => QuestionTerms.AskForWhole(p.Text)));
        var isQuestion = QuestionTerms.IsQuestion(turn.Question);
        if (isTask && !isQuestion)
            yield break;
        foreach (var block in turn.Context)
        {
            // Fenced text is code or data, and what a caller tags so must not be touched.
            if (block.Kind == ContextKind.Fenced || chat.IsProtected(turn.MessageIndex, block))
                continue;
            var part = chat.Messages[turn.MessageIndex].TextParts[block.Part].Text.AsSpan();
            if (block.Kind == ContextKind.Tagged && InstructionTags.Contains(TagBefore(part[..block.Start])))
                continue;
            var text = part.Slice(block.Start, block.Length);
            // Nothing marks it as a document but that a question follows.
            if (block.Kind == ContextKind.Preceding && (isTask || !isQuestion || ModelAddress.IsIn(text)))
                continue;
            yield return block.Kind == ContextKind.Labelled ? WithoutInstructions(block, text) : block;
        }
    }

    /// <summary>The name of the tag that ends <paramref name="text"/>, white space apart.</summary>
    private static ReadOnlySpan<char> TagBefore(ReadOnlySpan<char> text)
    {
        var tag = text.TrimEnd()[(text.LastIndexOf('<') + 1)..];
        return tag[..Math.Max(0, tag.IndexOfAny(" \t\r\n>"))];
    }

    /// <summary>The block without the paragraphs at its ends that speak to the model: a label says where documents begin, not that nothing else follows.</summary>
    private static ContextBlock WithoutInstructions(ContextBlock block, ReadOnlySpan<char> text)
    {
        var (start, end) = (0, text.Length);
        while (Break(text[start..end], last: true) is { Start: >= 0 } tail && IsInstruction(text[(start + tail.End)..end]))
            end = start + tail.Start;
        while (Break(text[start..end], last: false) is { Start: >= 0 } head && IsInstruction(text[start..(start + head.Start)]))
            start += head.End;
        return block with { Start = block.Start + start, Length = end - start };
    }

    private static bool IsInstruction(ReadOnlySpan<char> paragraph) => paragraph.Length <= LongestInstruction && ModelAddress.IsIn(paragraph);

    /// <summary>The first or last stretch of white space with an empty line in it; -1 where there is none.</summary>
    private static (int Start, int End) Break(ReadOnlySpan<char> text, bool last)
    {
        var at = last ? text.Length - 1 : 0;
        while (at >= 0 && at < text.Length && !(text[at] == '\n' && text[(at + 1)..].TrimStart(" \t\r") is ['\n', ..]))
            at += last ? -1 : 1;
        if (at < 0 || at >= text.Length)
            return (-1, -1);
        return (text[..at].TrimEnd().Length, text.Length - text[at..].TrimStart().Length);
    }
}
