using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Tells the documents in a user's turn from the question about them. It errs towards context: what is wrongly taken for
/// context only costs a cache miss, what is wrongly taken for the question could be matched by meaning. What of the context may be
/// compressed is a question of its own (<see cref="Compression.Conversations.TurnDocuments"/>).
/// </summary>
public static partial class ContextDetector
{
    /// <summary>
    /// A question longer than this (UTF-16 characters) is split further or not matched by meaning: two of this length, in plain words, are
    /// what the pair verifier reads, 128 word pieces together. Names and code have more pieces to a letter; so pairs are counted besides.
    /// </summary>
    public const int LongestQuestion = 280;

    private const int LongQuotation = 160;
    private const int ShortestTagged = 120;
    private const int LongestAttributes = 200;

    // Beyond these a turn is taken for context as a whole. Every pattern here is linear in the text, so that none needs a clock: what is
    // context decides which bytes are sent, and a busy machine must send the same ones.
    private const int LongestText = 400_000;
    private const int MostTags = 256;
    private const int MostRules = 64;

    // Without one of these no pattern below can match.
    private static readonly SearchValues<char> Marks = SearchValues.Create("<>`~\"“”:#-=*_");

    /// <summary>Takes <paramref name="text"/> apart.</summary>
    /// <param name="part">Index that the blocks carry.</param>
    /// <param name="text">One text part of the user's turn.</param>
    /// <returns>The context blocks in order, the question that is left, and the labels and tags around it (they isolate, too).</returns>
    public static SplitText Split(int part, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > LongestText ? Whole(part, text) : Split(part, text, isMarked: text.AsSpan().ContainsAny(Marks));
    }

    /// <summary>The same; <paramref name="isMarked"/> may be true where no mark stands, but not false where one does.</summary>
    internal static SplitText Split(int part, string text, bool isMarked)
    {
        var blocks = new List<ContextBlock>();
        if (isMarked)
            AddMarked(part, text, blocks);
        var split = isMarked ? Remainder(text, blocks) : new SplitText(blocks, text.Trim(), string.Empty);
        if (split.Question.Length > LongestQuestion && blocks.Count == 0 && LastParagraph(text) is { } last)
        {
            blocks.Add(new ContextBlock(part, 0, last, ContextKind.Preceding));
            split = Remainder(text, blocks);
        }

        return split;
    }

    private static void AddMarked(int part, string text, List<ContextBlock> blocks)
    {
        AddTagged(part, text, blocks);
        AddFenced(part, text, blocks);
        AddMatches(TripleQuote().Matches(text), part, ContextKind.Quoted, 0, blocks);
        AddMatches(QuoteLines().Matches(text), part, ContextKind.Quoted, 0, blocks);
        AddMatches(LongQuote().Matches(text), part, ContextKind.Quoted, LongQuotation, blocks);
        if (!AddRuled(part, text, blocks))
            AddLabelled(part, text, blocks);
        Trim(text, blocks);
        blocks.Sort(static (a, b) => a.Start.CompareTo(b.Start));
    }

    // White space at a block's ends is layout, not document: it is neither hashed nor compressed.
    private static void Trim(string text, List<ContextBlock> blocks)
    {
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            var block = text.AsSpan(blocks[i].Start, blocks[i].Length);
            var length = block.Trim().Length;
            if (length == 0)
                blocks.RemoveAt(i);
            else
                blocks[i] = blocks[i] with { Start = blocks[i].Start + block.Length - block.TrimStart().Length, Length = length };
        }
    }

    private static SplitText Whole(int part, string text) =>
        new([new ContextBlock(part, 0, text.Length, ContextKind.Preceding)], string.Empty, string.Empty);

    private static void AddTagged(int part, string text, List<ContextBlock> blocks)
    {
        var seen = 0;
        var closings = new Dictionary<string, Dictionary<int, int>>(StringComparer.OrdinalIgnoreCase);
        foreach (Match open in OpenTag().Matches(text))
        {
            if (open.ValueSpan[^2] == '/' || Overlaps(blocks, open.Index, open.Length))
                continue;
            if (++seen > MostTags)
                break;
            var name = open.Groups["name"].Value;
            var inner = open.Index + open.Length;
            if (!closings.TryGetValue(name, out var ofName))
                closings[name] = ofName = Closings(text, name);
            if (!ofName.TryGetValue(inner, out var close) || (close - inner < ShortestTagged && !KnownTag().IsMatch(name)))
                continue;
            // A tag that says "question" holds the question, whatever stands around it.
            if (QuestionTag().IsMatch(name))
                continue;
            blocks.Add(new ContextBlock(part, inner, close - inner, ContextKind.Tagged));
        }
    }

    /// <summary>
    /// Where each tag of a name closes, by where its inner text begins; those of its name inside it close before. One that nothing closes is not there, as
    /// instructions only speak of it. One pass: a text may be nothing but tags.
    /// </summary>
    private static Dictionary<int, int> Closings(string text, string name)
    {
        var (opening, closing) = ($"<{name}", $"</{name}>");
        var closings = new Dictionary<int, int>();
        var open = new Stack<int>();
        var tag = Next(opening, 0);
        for (var close = Next(closing, 0); close >= 0; close = Next(closing, close + closing.Length))
        {
            for (; tag >= 0 && tag < close; tag = Next(opening, tag + opening.Length))
            {
                var attributes = text.AsSpan((tag + opening.Length)..close);
                var end = attributes[..Math.Min(attributes.Length, LongestAttributes)].IndexOf('>');
                if (end == 0 || (end > 0 && char.IsWhiteSpace(attributes[0]) && attributes[end - 1] != '/'))
                    open.Push(tag + opening.Length + end + 1);
            }

            if (open.TryPop(out var inner))
                closings.TryAdd(inner, close);
        }

        return closings;

        int Next(string mark, int from) => text.IndexOf(mark, from, StringComparison.OrdinalIgnoreCase);
    }

    private static void AddFenced(int part, string text, List<ContextBlock> blocks)
    {
        foreach (var (whole, body) in Fences.Find(text))
        {
            var (start, length) = whole.GetOffsetAndLength(text.Length);
            if (body.Start.Value < body.End.Value && !Overlaps(blocks, start, length))
                blocks.Add(new ContextBlock(part, body.Start.Value, body.End.Value - body.Start.Value, ContextKind.Fenced));
        }
    }

    private static void AddMatches(MatchCollection matches, int part, ContextKind kind, int shortest, List<ContextBlock> blocks)
    {
        foreach (Match match in matches)
        {
            var body = match.Groups["body"];
            if (body.Length > shortest && !Overlaps(blocks, match.Index, match.Length))
                blocks.Add(new ContextBlock(part, body.Index, body.Length, kind));
        }
    }

    // "Context information is below.", a line of dashes, the documents, the same line of dashes: LlamaIndex, LangChain, Spring AI. What stands around
    // them is the same whatever is asked, and would make two questions look alike.
    private static bool AddRuled(int part, string text, List<ContextBlock> blocks)
    {
        var rules = Rule().Matches(text);
        for (var i = 0; i + 1 < rules.Count && i < MostRules; i++)
        {
            var before = text.AsSpan(0, rules[i].Index).TrimEnd();
            var line = before.LastIndexOf('\n') + 1;
            if (before.Length - line > LongestQuestion || !Announcement().IsMatch(before[line..]))
                continue;
            var last = rules.Count - 1;
            while (last > i && rules[last].Value.Trim() != rules[i].Value.Trim())
                last--;
            var (start, end) = (rules[i].Index + rules[i].Length, rules[last].Index);
            var question = QuestionLabel().Match(text, end);
            var after = question.Success ? question.Index : end + rules[last].Length;
            blocks.RemoveAll(b => b.Start >= start && b.Start + b.Length <= end);
            if (last == i || text.AsSpan(start, end - start).IsWhiteSpace() || Overlaps(blocks, line, after - line))
                continue;
            blocks.Add(new ContextBlock(part, line, start - line, ContextKind.Frame));
            blocks.Add(new ContextBlock(part, start, end - start, ContextKind.Labelled));
            blocks.Add(new ContextBlock(part, end, after - end, ContextKind.Frame));
            return true;
        }

        return false;
    }

    // "Context: … Question: …", "Question: … Context: …" and "Context: …" with a last short paragraph.
    private static void AddLabelled(int part, string text, List<ContextBlock> blocks)
    {
        var context = ContextLabel().Match(text);
        if (!context.Success || Overlaps(blocks, context.Index, context.Length))
            return;
        var start = context.Index + context.Length;
        var question = QuestionLabel().Match(text, start);
        int end;
        if (question.Success && !Overlaps(blocks, question.Index, question.Length))
            end = question.Index;
        else if (QuestionLabel().Match(text) is { Success: true } earlier && earlier.Index < context.Index)
            end = text.Length;
        else
            end = LastParagraph(text) is { } last && last > start ? last : text.Length;

        // Blocks found inside (fences, tags) belong to the labelled whole, but a tag pair that crosses its border wins.
        blocks.RemoveAll(b => b.Start >= start && b.Start + b.Length <= end);
        if (end > start && !Overlaps(blocks, start, end - start))
            blocks.Add(new ContextBlock(part, start, end - start, ContextKind.Labelled));
    }

    private static SplitText Remainder(string text, List<ContextBlock> blocks)
    {
        var rest = new StringBuilder();
        var at = 0;
        foreach (var block in blocks)
        {
            rest.Append(text, at, block.Start - at).Append(' ');
            at = block.Start + block.Length;
        }

        rest.Append(text, at, text.Length - at);
        var layout = new StringBuilder();
        string Note(Match match, bool isLayout)
        {
            layout.Append(match.Value).Append('\n');
            return isLayout ? " " : match.Value;
        }

        string Strip(Match match) => Note(match, isLayout: true);
        var question = ContextLabel().Replace(rest.ToString(), Strip);
        question = QuestionLabel().Replace(question, Strip);
        var marked = question;
        var paired = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        question = Markers().Replace(marked, match => Note(match, isLayout: IsWrapper(marked, match.Groups["name"], paired)));
        return new SplitText(blocks, question.Trim(), layout.ToString());
    }

    // A tag without its like wraps nothing: it is what is asked about.
    private static bool IsWrapper(string text, Group tag, Dictionary<string, bool> paired)
    {
        if (!tag.Success)
            return true;
        if (paired.TryGetValue(tag.Value, out var known))
            return known;
        if (paired.Count >= MostTags)
            return true;
        var open = text.IndexOf("<" + tag.Value, StringComparison.OrdinalIgnoreCase);
        return paired[tag.Value] = open >= 0 && text.IndexOf($"</{tag.Value}>", open, StringComparison.OrdinalIgnoreCase) >= 0;
    }

    // Start of a short last paragraph, or null where there is only one.
    private static int? LastParagraph(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        var at = Math.Max(trimmed.LastIndexOf("\n\n", StringComparison.Ordinal), trimmed.LastIndexOf("\r\n\r\n", StringComparison.Ordinal));
        return at > 0 && trimmed.Length - at <= LongestQuestion ? at : null;
    }

    private static bool Overlaps(List<ContextBlock> blocks, int start, int length)
    {
        foreach (var block in blocks)
        {
            if (start < block.Start + block.Length && block.Start < start + length)
                return true;
        }

        return false;
    }

    [GeneratedRegex(@"<(?<name>[A-Za-z][\w-]{0,40})(?:\s[^<>]{0,200})?>", RegexOptions.CultureInvariant)]
    private static partial Regex OpenTag();

    [GeneratedRegex("^(?:context|documents?|docs?|sources?|passages?|articles?|files?|data|text|content|transcript|e?mails?|excerpts?|results?|search[_-]results?|retrieved|knowledge|policy|policies|history|background|references?|quote|nocompress)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KnownTag();

    [GeneratedRegex("^(?:user[_-]?)?(?:question|query|task|instructions?|request)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuestionTag();

    [GeneratedRegex("\"\"\"(?<body>.*?)\"\"\"", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TripleQuote();

    [GeneratedRegex("(?<body>(?:^[ \t]{0,3}>[^\n]*(?:\n|\\z)){2,})", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex QuoteLines();

    [GeneratedRegex("[\"“](?<body>[^\"“”]*)[\"”]", RegexOptions.CultureInvariant)]
    private static partial Regex LongQuote();

    [GeneratedRegex(@"^[ \t]*(?<mark>[-=*_~#])\k<mark>{4,}[ \t\r]*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Rule();

    [GeneratedRegex(
        @"\b(?:contexts?|documents?|passages?|excerpts?|snippets?|sources?|articles?|information|search results)\b.*\b(?:below|follow(?:s|ing)?|between|surrounded|delimited|enclosed)\b"
        + @"|\b(?:below|following|these|provided|given|retrieved)\b.*\b(?:contexts?|documents?|passages?|excerpts?|snippets?|sources?|articles?|information|search results|resources)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Announcement();

    [GeneratedRegex(@"^[ \t]*(?:#{1,6}[ \t]*|\*\*)?(?:context|documents?|sources?|background|passages?|excerpts?|references?|policy|policies|retrieved (?:documents|passages|context)|search results|knowledge base|article|transcript|text)(?:\*\*)?[ \t]*(?::(?:\*\*)?|(?<=#[^\n]*)$)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ContextLabel();

    [GeneratedRegex(@"^[ \t]*(?:#{1,6}[ \t]*|\*\*)?(?:(?:user(?:'s)? )?(?:question|query|request)|q|task|instructions?)(?:\*\*)?[ \t]*(?::(?:\*\*)?|(?<=#[^\n]*)$)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex QuestionLabel();

    [GeneratedRegex("</?(?<name>[A-Za-z][\\w-]{0,40})(?:\\s[^<>]{0,200})?>|(?:```+|~~~+)[\\w+#.-]*|\"\"\"|^[ \t]*(?:answer|a)[ \t]*:[ \t]*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Markers();
}
