namespace OrleansLlm.Core.Compression.Structure;

/// <summary>A unified or git diff.</summary>
internal static class DiffBlock
{
    private static readonly string[] Headers =
    [
        "diff ", "index ", "--- ", "+++ ", "@@ ", "new file mode", "deleted file mode", "old mode", "new mode", "similarity index",
        "rename from", "rename to", "Binary files", "\\ No newline",
    ];

    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var first = lines[at].In(text);
        var opens = first.StartsWith("diff --git ", StringComparison.Ordinal)
            || (first.StartsWith("@@ -", StringComparison.Ordinal) && first[4..].Contains("@@", StringComparison.Ordinal))
            || (first.StartsWith("--- ", StringComparison.Ordinal) && at + 1 < lines.Length
                && lines[at + 1].In(text).StartsWith("+++ ", StringComparison.Ordinal));
        if (!opens)
            return 0;
        var last = at;
        for (var i = at + 1; i < lines.Length; i++)
        {
            var line = lines[i].In(text);
            if (line.IsEmpty)
                continue;
            if (line[0] is not ('+' or '-' or ' ' or '\\') && !StartsWithHeader(line))
                break;
            last = i;
        }

        return last - at + 1;
    }

    private static bool StartsWithHeader(ReadOnlySpan<char> line)
    {
        foreach (var header in Headers)
        {
            if (line.StartsWith(header, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
