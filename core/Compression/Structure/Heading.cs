namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Titles: Markdown headings, rules, lines in bold, document labels, and short lines without a full stop that stand over longer
/// text. They cost little and say what the sentences under them are about.
/// </summary>
internal static class Heading
{
    private const int LongestTitle = 90;

    // What stands under a title is a paragraph, at least this long.
    private const int ShortestBody = 60;

    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var line = lines[at].In(text).Trim();
        if (IsExplicit(line) || IsRule(line))
            return 1;
        if (at + 1 < lines.Length && line.Length <= LongestTitle && lines[at + 1].In(text).Trim() is { Length: >= 3 } under
            && (under.Trim('=').IsEmpty || under.Trim('-').IsEmpty))
            return 2;
        if (line.Length <= LongestTitle && line.StartsWith("**", StringComparison.Ordinal)
            && (line.EndsWith("**", StringComparison.Ordinal) || line.EndsWith("**:", StringComparison.Ordinal) || line.EndsWith(":**", StringComparison.Ordinal)))
            return 1;
        return IsTitle(text, lines, at, line) ? 1 : 0;
    }

    /// <summary>Whether <paramref name="line"/>, trimmed and not empty, is a title by its marks alone.</summary>
    public static bool IsExplicit(ReadOnlySpan<char> line) =>
        (line[0] == '#' && line.TrimStart('#') is [' ' or '\t', ..]) || IsLabel(line);

    private static bool IsRule(ReadOnlySpan<char> line) =>
        line.Length >= 3 && line[0] is '-' or '*' or '_' or '=' && line.Trim(line[0]).IsEmpty;

    /// <summary><c>[1]</c>, <c>[Document 2]</c>, <c>Document 2:</c>, <c>Source: handbook.pdf</c> on a line of its own.</summary>
    private static bool IsLabel(ReadOnlySpan<char> line) =>
        line.Length <= LongestTitle
        && ((line[0] == '[' && line[^1] == ']')
            || (line[0] == '(' && line[^1] == ')' && line.Length <= 12)
            || ((line.StartsWith("Document", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Source", StringComparison.OrdinalIgnoreCase)
                 || line.StartsWith("Title:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Passage", StringComparison.OrdinalIgnoreCase))
                && line[^1] is not ('.' or '!' or '?') && line.Count(' ') <= 12));

    private static bool IsTitle(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at, ReadOnlySpan<char> line)
    {
        var opensParagraph = at == 0 || lines[at - 1].In(text).IsWhiteSpace();
        if (!opensParagraph || line.Length > LongestTitle || line[^1] is '.' or '!' or '?' or ',' or ';' or '…' or '。')
            return false;
        if (ListMarker.Length(line) > 0 && !char.IsDigit(line[0]))
            return false;
        var next = at + 1;
        while (next < lines.Length && lines[next].In(text).IsWhiteSpace())
            next++;
        if (next >= lines.Length)
            return false;
        // Wrapped text: a short first line would go on in lower case.
        var body = lines[next].In(text).Trim();
        return body.Length >= ShortestBody && body.Length > line.Length && !char.IsLower(body[0]) && !char.IsLower(line[0]);
    }
}
