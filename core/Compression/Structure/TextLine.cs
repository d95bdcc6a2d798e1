namespace OrleansLlm.Core.Compression.Structure;

/// <summary>One line of a text, without its line break.</summary>
/// <param name="Start">First UTF-16 code unit.</param>
/// <param name="End">One past the last, before the line break.</param>
internal readonly record struct TextLine(int Start, int End)
{
    /// <summary>The lines of <paramref name="text"/>; <c>\n</c>, <c>\r\n</c> and <c>\r</c> break them.</summary>
    public static TextLine[] Of(ReadOnlySpan<char> text)
    {
        var lines = new List<TextLine>();
        var start = 0;
        while (start <= text.Length)
        {
            var length = text[start..].IndexOfAny('\n', '\r');
            if (length < 0)
            {
                if (start < text.Length)
                    lines.Add(new TextLine(start, text.Length));
                break;
            }

            var end = start + length;
            lines.Add(new TextLine(start, end));
            start = end + 1;
            if (text[end] == '\r' && start < text.Length && text[start] == '\n')
                start++;
        }

        return [.. lines];
    }

    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text[Start..End];
}
