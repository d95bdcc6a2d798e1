namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// A JSON object or array that begins on a line, on its own or after a label, through the line where it closes.
/// Bracket matching that knows strings, not a parser: a fragment with comments or an ellipsis needs the same protection. One a text.
/// </summary>
internal sealed class JsonBlock
{
    // A real value that is longer still closes line by line.
    private readonly LookAhead _characters = new(far: 1 << 16, near: 1 << 9);

    public int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var line = lines[at].In(text);
        var open = FindOpening(line);
        if (open < 0)
            return 0;
        var start = lines[at].Start + open;
        var close = FindClose(text, start, _characters.Limit);
        if (close < 0)
        {
            _characters.InVain();
            // Cut off in the middle (a chunk of a larger file): keep at least what plainly is JSON.
            return FragmentLines(text, lines, at, line[..open].IsWhiteSpace());
        }

        var last = at;
        while (last + 1 < lines.Length && lines[last].End <= close)
            last++;
        // A short value inside a sentence is kept or dropped with its sentence: "[1, 2] say that …" too.
        return last == at && (line[open] == '[' || !line[..open].IsWhiteSpace()) && !text[(close + 1)..lines[at].End].Trim().TrimStart(",;").IsEmpty ? 0 : last - at + 1;
    }

    /// <summary>Offset in the line of a bracket that opens JSON: first on the line, or after a label, or as the line's last character.</summary>
    private static int FindOpening(ReadOnlySpan<char> line)
    {
        var open = line.IndexOfAny('{', '[');
        if (open < 0)
            return -1;
        var rest = line[(open + 1)..].TrimStart();
        if (line[open] == '{')
            return rest.IsEmpty || rest[0] is '"' or '\'' or '}' || (line[..open].IsWhiteSpace() && rest.Contains(':')) ? open : -1;
        if (!line[..open].IsWhiteSpace() && line[..open].TrimEnd() is [.., not (':' or '=')])
            return -1;
        // "[12]" is a citation, "[text](url)" a link, "[Document 1]" a heading.
        return rest.IsEmpty || rest[0] is '{' or '[' or '"' || (char.IsAsciiDigit(rest[0]) && rest.Contains(',')) ? open : -1;
    }

    private static int FindClose(ReadOnlySpan<char> text, int start, int limit)
    {
        var depth = 0;
        var inString = false;
        var stop = Math.Min(text.Length, start + limit);
        for (var i = start; i < stop; i++)
        {
            var c = text[i];
            if (inString)
            {
                if (c == '\\')
                    i++;
                else if (c is '"' or '\n')
                    inString = false;
            }
            else if (c == '"')
            {
                inString = true;
            }
            else if (c is '{' or '[')
            {
                depth++;
            }
            else if (c is '}' or ']' && --depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static int FragmentLines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at, bool opensLine)
    {
        if (!opensLine && at + 1 < lines.Length && !IsMember(lines[at + 1].In(text)))
            return 0;
        var last = at;
        while (last + 1 < lines.Length && IsMember(lines[last + 1].In(text)))
            last++;
        return last - at + 1;
    }

    private static bool IsMember(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        return line is ['"' or '{' or '}' or '[' or ']', ..] || line is [.., ',' or '{' or '['] && line.Contains(':');
    }
}
