namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Lines quoted with <c>&gt;</c> with what continues their last paragraph without the mark (CommonMark 5.1), and lines that are one link or path:
/// neither reads the same with a part missing.
/// </summary>
internal static class QuoteBlock
{
    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var count = 0;
        while (at + count < lines.Length && lines[at + count].In(text).TrimStart() is ['>', ..])
            count++;
        if (count > 0)
        {
            while (at + count < lines.Length && Continues(lines[at + count].In(text)))
                count++;
            return count;
        }

        var line = lines[at].In(text).Trim();
        var isAddress = !line.ContainsAny(" \t")
            && (line.Contains("://", StringComparison.Ordinal) || line.StartsWith("www.", StringComparison.Ordinal)
                || line.StartsWith('/') || line.StartsWith("./", StringComparison.Ordinal) || line.Contains(":\\", StringComparison.Ordinal));
        // [id]: https://... of Markdown
        var isReference = line[0] == '[' && line.Contains("]: ", StringComparison.Ordinal) && line.Contains("://", StringComparison.Ordinal);
        return isAddress || isReference ? 1 : 0;
    }

    private static bool Continues(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        return !line.IsEmpty && line[0] is not ('#' or '`' or '~' or '|' or '<') && ListMarker.Length(line) == 0;
    }
}
