namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Code between Markdown fences (CommonMark 4.5), display mathematics between <c>$$</c>; an unclosed fence runs to the end.</summary>
internal static class FencedBlock
{
    // A display of mathematics is short; what opens one and is none must not be read to the text's end.
    private const int LongestDisplay = 100;

    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var opening = lines[at].In(text).TrimStart();
        var mark = opening[0];
        var length = opening.Length - opening.TrimStart(mark).Length;
        if (!(mark is '`' or '~' && length >= 3) && !(mark == '$' && length == 2))
            return 0;
        // An inline span on one line ("```x``` is", "$$x$$") opens nothing.
        if (mark is '`' or '$' && opening[length..].Contains(mark))
            return mark == '$' && opening.EndsWith("$$", StringComparison.Ordinal) ? 1 : 0;
        var stop = mark == '$' ? Math.Min(lines.Length, at + LongestDisplay) : lines.Length;
        for (var i = at + 1; i < stop; i++)
        {
            var closing = lines[i].In(text).Trim();
            if (closing.Length >= length && closing.Trim(mark).IsEmpty)
                return i - at + 1;
        }

        return mark == '$' ? 0 : lines.Length - at;
    }
}
