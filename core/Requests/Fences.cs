namespace OrleansLlm.Core.Requests;

/// <summary>Finds fenced code blocks (CommonMark 0.31, section 4.5) whose end is there. Its work is bounded by the text alone, never by a clock.</summary>
internal static class Fences
{
    private const int ShortestFence = 3;
    private const int DeepestIndent = 3;

    // Openings that no line closes are looked for to the end of the text, each; who writes more of them writes no document.
    private const int MostUnclosed = 64;

    /// <summary>The lines between the fences, and the whole with them.</summary>
    public static IEnumerable<(Range Whole, Range Body)> Find(string text)
    {
        var unclosed = 0;
        for (var at = 0; at < text.Length && unclosed < MostUnclosed;)
        {
            var next = NextLine(text, at);
            if (Read(text.AsSpan(at, next - at)) is not { } opening || next == text.Length)
            {
                at = next;
                continue;
            }

            var body = next;
            var closed = false;
            for (var line = body; line < text.Length && !closed;)
            {
                next = NextLine(text, line);
                var candidate = text.AsSpan(line, next - line);
                if (Read(candidate) is { HasInfo: false } fence && fence.Mark == opening.Mark && fence.Length >= opening.Length)
                {
                    yield return (at..(line + candidate.TrimEnd().Length), body..line);
                    closed = true;
                }

                line = next;
            }

            if (!closed)
                unclosed++;
            at = closed ? next : body;
        }
    }

    private static int NextLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end + 1;
    }

    private static (char Mark, int Length, bool HasInfo)? Read(ReadOnlySpan<char> line)
    {
        var indent = line.IndexOfAnyExcept(' ', '\t');
        if (indent is < 0 or > DeepestIndent || line[indent] is not ('`' or '~'))
            return null;
        var mark = line[indent];
        var rest = line[indent..].TrimStart(mark);
        var length = line.Length - indent - rest.Length;
        return length < ShortestFence ? null : (mark, length, !rest.IsWhiteSpace());
    }
}
