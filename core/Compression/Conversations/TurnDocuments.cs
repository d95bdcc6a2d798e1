using System.Text.RegularExpressions;
using OrleansLlm.Core.Compression.Structure;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// Which of the blocks of a user's turn are documents that may be compressed. For the cache's sake <see cref="ContextDetector"/> takes too much for
/// context: also the text that a task is about, and rules for the model. Here a mistake costs a fact or an instruction, so what is unsure stays.
/// </summary>
internal static partial class TurnDocuments
{
    // A longer paragraph is a document's.
    private const int LongestInstruction = 1_000;

    // Paragraphs at each end, and their length, in which openers count that are as good in a document, and past which one looks for an instruction
    // behind what may be another. Of privacy policies, which address the reader as instructions do, 18% to 21% stay for it (8% to 14% by the others
    // alone), of reviews and encyclopedias up to 1.5% (train.policyqa, train.subjqa and others in packs of eight).
    private const int ParagraphsAtAnEnd = 3;
    private const int LinesAtAnEnd = 6;
    private const int LongestAtAnEnd = 300;

    /// <summary>The documents in order, each a block or the inner part of one.</summary>
    /// <param name="chat">The request.</param>
    /// <param name="turn">The user's message in it.</param>
    /// <param name="isSmall">Whether a document is too small to be shortened by itself.</param>
    /// <param name="areInstructions">Whether a block is none because of instructions, in it or about it.</param>
    public static List<ContextBlock> Of(ChatRequest chat, PromptSegments turn, Func<string, bool> isSmall, out bool areInstructions)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(turn);
        var documents = new List<ContextBlock>();
        areInstructions = false;
        if (turn.Context.Count == 0)
            return documents;
        // What is said later may not change what was sent.
        var isTask = chat.Messages.Take(turn.MessageIndex).Any(m => m.IsInstruction && m.TextParts.Any(p => QuestionTerms.AskForWhole(p.Text)));
        foreach (var block in turn.Context)
        {
            // Fenced text is code or data, and what a caller tags so must not be touched.
            if (block.Kind is ContextKind.Fenced or ContextKind.Frame || chat.IsProtected(turn.MessageIndex, block))
                continue;
            if (Document(block, chat.Messages[turn.MessageIndex].TextParts[block.Part].Text, turn.Question, isTask) is { } document)
                documents.Add(document);
            else
                areInstructions = true;
        }

        return Joined(chat.Messages[turn.MessageIndex], documents, isSmall);
    }

    /// <summary>Small documents in tags of one name that follow each other are one, as where another tag holds them all: each alone would stay as it is.</summary>
    private static List<ContextBlock> Joined(ChatMessage message, List<ContextBlock> documents, Func<string, bool> isSmall)
    {
        var joined = new List<ContextBlock>(documents.Count);
        for (var i = 0; i < documents.Count;)
        {
            var last = i;
            while (last + 1 < documents.Count && AreSiblings(message, documents[last], documents[last + 1]) && IsSmall(documents[last]) && IsSmall(documents[last + 1]))
                last++;
            var block = documents[i];
            if (last > i)
            {
                var text = message.TextParts[block.Part].Text;
                var start = text.LastIndexOf('<', block.Start - 1);
                var end = text.IndexOf('>', documents[last].Start + documents[last].Length) + 1;
                block = block with { Start = start, Length = end - start, Kind = ContextKind.Labelled };
            }

            joined.Add(block);
            i = last + 1;
        }

        return joined;

        bool IsSmall(ContextBlock block) => isSmall(message.TextParts[block.Part].Text.Substring(block.Start, block.Length));
    }

    private static bool AreSiblings(ChatMessage message, ContextBlock one, ContextBlock next)
    {
        if (one.Kind != ContextKind.Tagged || next.Kind != ContextKind.Tagged || one.Part != next.Part)
            return false;
        var between = message.TextParts[one.Part].Text.AsSpan((one.Start + one.Length)..next.Start);
        return Siblings().Match(between.ToString()) is { Success: true } match && DocumentTags.IsName(match.Groups["name"].ValueSpan);
    }

    /// <summary>What stands in the tag before a block; empty where it is not tagged.</summary>
    public static string LabelOf(string part, ContextBlock block) =>
        block.Kind == ContextKind.Tagged ? TagBefore(part.AsSpan(0, block.Start)).ToString().ReplaceLineEndings(" ") : string.Empty;

    /// <summary>Whether <paramref name="text"/> holds more than one document in tags of their own.</summary>
    public static bool HoldsSeveral(string text) => NestedDocument().Count(text) > 1;

    private static ContextBlock? Document(ContextBlock block, string part, string question, bool isTask)
    {
        // Polite requests end as questions do: "Could you keep the tone?"
        if (isTask && !QuestionTerms.OpensAsQuestion(question))
            return null;
        switch (block.Kind)
        {
            case ContextKind.Tagged:
                var tag = TagBefore(part.AsSpan(0, block.Start));
                var name = tag[..(tag.IndexOfAny(" \t\r\n") is >= 0 and var end ? end : tag.Length)];
                return InstructionTag.Is(name) || EarlierTurns.IsTag(name) ? null : block;
            case ContextKind.Labelled:
                return Without(block, part, out _);
            case ContextKind.Preceding:
                // Nothing marks it as a document but that a question follows.
                return isTask || !Asks(question) || SetsTask(part.AsSpan(block.Start, block.Length)) ? null : Unmarked(block, part);
            default:
                return block;
        }
    }

    /// <summary>Whether a last paragraph asks something of the text before it: whoever signs a letter after a question does not.</summary>
    private static bool Asks(ReadOnlySpan<char> paragraph)
    {
        // "Is a refund due? Answer yes or no.", "Is it?\nHelpful Answer:"
        return QuestionTerms.IsQuestion(paragraph) || (QuestionTerms.HasQuestion(paragraph, out var rest) && (rest[^1] == ':' || ModelAddress.IsIn(rest)));
    }

    /// <summary>Whether a text opens with a task on what follows ("Translate this letter."): the question at its end may be the letter's.</summary>
    private static bool SetsTask(ReadOnlySpan<char> text) =>
        Break(text, last: false) is { Start: >= 0 and <= LongestAtAnEnd } head && QuestionTerms.SetsTask(text[..head.Start]);

    /// <summary>A text that nothing marks, if it has no instructions in it, or if those at its ends say that it is a document.</summary>
    private static ContextBlock? Unmarked(ContextBlock block, string part)
    {
        var inner = Without(block, part, out var instructions);
        return Frame().IsMatch(instructions) || !ModelAddress.IsIn(part.AsSpan(block.Start, block.Length)) ? inner : null;
    }

    /// <summary>What stands in the tag that ends <paramref name="text"/>, white space apart.</summary>
    private static ReadOnlySpan<char> TagBefore(ReadOnlySpan<char> text)
    {
        var tag = text[(text.LastIndexOf('<') + 1)..];
        return tag[..Math.Max(0, tag.IndexOf('>'))];
    }

    /// <summary>The block without the paragraphs at its ends that speak to the model: a label says where documents begin, not that nothing else follows.</summary>
    private static ContextBlock Without(ContextBlock block, string part, out string instructions)
    {
        var text = part.AsSpan(block.Start, block.Length);
        var end = EarlierTurns.Find(text) is >= 0 and var turns ? turns : text.Length;
        var edge = end;
        for (var i = 0; Break(text[..edge], last: true) is { Start: >= 0 } tail && edge - tail.End <= LongestInstruction; i++)
        {
            var isInstruction = IsInstruction(text[tail.End..edge], i);
            if (!isInstruction && (i >= ParagraphsAtAnEnd - 1 || edge - tail.End > LongestAtAnEnd))
                break;
            edge = tail.Start;
            end = isInstruction ? edge : end;
        }

        var start = 0;
        edge = start;
        for (var i = 0; Break(text[edge..end], last: false) is { Start: >= 0 and <= LongestInstruction } head; i++)
        {
            var isInstruction = IsInstruction(text.Slice(edge, head.Start), i);
            if (!isInstruction && (i >= ParagraphsAtAnEnd - 1 || head.Start > LongestAtAnEnd))
                break;
            edge += head.End;
            start = isInstruction ? edge : start;
        }

        instructions = string.Concat(text[..start], "\n\n", text[end..]);
        var inner = text[start..end];
        var (first, last) = (FirstLines(inner), LastLines(inner));
        return first >= last ? block with { Start = block.Start + start, Length = 0 } : block with { Start = block.Start + start + first, Length = last - first };
    }

    /// <summary>Where the text goes on behind the lines at its beginning that speak to the model, which no empty line sets apart.</summary>
    private static int FirstLines(ReadOnlySpan<char> text)
    {
        var (start, edge) = (0, 0);
        for (var i = 0; i < LinesAtAnEnd && text[edge..].IndexOf('\n') is >= 0 and <= LongestAtAnEnd and var length; i++)
        {
            edge += length + 1;
            if (IsInstructionLine(text[(edge - length - 1)..edge]))
                start = edge;
        }

        return start + text[start..].Length - text[start..].TrimStart().Length;
    }

    private static int LastLines(ReadOnlySpan<char> text)
    {
        var (end, edge) = (text.Length, text.Length);
        for (var i = 0; i < LinesAtAnEnd && text[..edge].LastIndexOf('\n') is >= 0 and var at && edge - at <= LongestAtAnEnd; i++)
        {
            if (IsInstructionLine(text[at..edge]))
                end = at;
            edge = at;
        }

        return text[..end].TrimEnd().Length;
    }

    // "Reply in French:", "### Rules", "Tone: formal".
    private static bool IsInstructionLine(ReadOnlySpan<char> line) =>
        ModelAddress.IsIn(line, isAtTheEnd: true) || InstructionTag.IsLabel(line.Trim());

    private static bool IsInstruction(ReadOnlySpan<char> paragraph, int fromTheEnd) =>
        ModelAddress.IsIn(paragraph, isAtTheEnd: fromTheEnd < ParagraphsAtAnEnd && paragraph.Length <= LongestAtAnEnd);

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

    [GeneratedRegex(@"^\s*</(?<name>[\w-]{1,40})>\s*<\k<name>(?:\s[^<>]{0,200})?>\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Siblings();

    // "Use the following pieces of context", "Answer from the documents above".
    [GeneratedRegex(
        @"\b(?:contexts?|documents?|passages?|excerpts?|snippets?|sources?|articles?|transcripts?|search results|(?:pieces of|following|provided|given|retrieved) (?:texts?|information)|(?:text|information) (?:above|below)|kontext|dokumente?n?|auszüge[n]?|quellen|"
        + @"contexte|extraits?|contexto|documentos?|contesto|document[oi]|documenten|bronnen)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^[ \t]*<(?<name>document|doc|file|article|passage|contract|policy|source|result|item)\b(?!.*</\k<name>)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex NestedDocument();
}
