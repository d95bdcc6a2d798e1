namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// XML and HTML. A line of tags is kept, what stands between such lines is judged on its own, because prompts wrap whole
/// documents in tags (<c>&lt;document&gt;</c>). Elements that hold code, data or instructions are kept to their closing tag. One a text.
/// </summary>
internal sealed class MarkupBlock
{
    // A tag or a one-paragraph element that spans more lines than this is not closed at all.
    private const int LongestElement = 200;

    private static readonly string[] Opaque = ["pre", "code", "script", "style", "svg", "table", "math", "nocompress"];

    private readonly LookAhead _lines = new(far: LongestElement * 5, near: 16);

    public int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var line = lines[at].In(text).Trim();
        if (line.Length < 3 || line[0] != '<')
            return 0;
        if (line.StartsWith("<!--", StringComparison.Ordinal))
            return Through(text, lines, at, "-->", LongestElement);
        if (!(char.IsAsciiLetter(line[1]) || line[1] is '/' or '!' or '?'))
            return 0;
        var name = TagName(line);
        // "<https://...>" and "<name@host>" are links inside prose.
        if (name.Length + 1 < line.Length && line[name.Length + 1] is ':' && line.Contains("//", StringComparison.Ordinal))
            return 0;
        foreach (var opaque in Opaque)
        {
            if (name.Equals(opaque, StringComparison.OrdinalIgnoreCase))
                return Through(text, lines, at, "</" + opaque, LongestElement * 5);
        }

        if (InstructionTag.Is(name))
            return Through(text, lines, at, string.Concat("</", name), LongestElement * 5);
        if (line[^1] == '>')
            return DocumentTags.Of(line).Open > 0 ? 0 : 1;
        // The tag goes on over the next lines, or its element closes further down.
        if (!line.Contains('>'))
            return Through(text, lines, at, ">", 10, orElse: 0);
        return name.IsEmpty ? 0 : Through(text, lines, at, string.Concat("</", name), LongestElement, orElse: 0);
    }

    private static ReadOnlySpan<char> TagName(ReadOnlySpan<char> line)
    {
        var end = 1;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '-' or '.'))
            end++;
        return line[1..end];
    }

    private int Through(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at, string closing, int longest, int orElse = 1)
    {
        var stop = Math.Min(lines.Length, at + Math.Min(longest, _lines.Limit));
        for (var i = at; i < stop; i++)
        {
            if (lines[i].In(text).Contains(closing, StringComparison.OrdinalIgnoreCase))
                return i - at + 1;
        }

        _lines.InVain();
        return orElse;
    }
}
