namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Tables: Markdown pipes, box drawings, tab or comma separated values, columns aligned by spaces.</summary>
internal static class TableBlock
{
    private const int LongestCell = 40;

    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var pipes = Run(text, lines, at, IsPiped);
        if (pipes >= 2 || (pipes == 1 && lines[at].In(text).Trim() is ['|', .., '|']))
            return pipes;
        var tabbed = Run(text, lines, at, static line => line.Trim().Contains('\t'));
        if (tabbed >= 2)
            return tabbed;
        var aligned = Run(text, lines, at, IsAligned);
        if (aligned >= 2)
            return aligned;
        var commas = CommaSeparated(text, lines, at);
        return commas >= 3 ? commas : 0;
    }

    private static int Run(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at, LinePredicate belongs)
    {
        var count = 0;
        while (at + count < lines.Length && belongs(lines[at + count].In(text)))
            count++;
        return count;
    }

    private delegate bool LinePredicate(ReadOnlySpan<char> line);

    private static bool IsPiped(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.IsEmpty)
            return false;
        if (line[0] is >= '─' and <= '╿' || (line[0] == '+' && line.Length > 2 && line[^1] == '+' && line[1] is '-' or '='))
            return true;
        return line.Count('|') >= 2 || (line.Contains('|') && line.TrimStart("|:- ").IsEmpty) || (line.Contains(" | ", StringComparison.Ordinal));
    }

    /// <summary>At least two gaps of three or more spaces inside the line.</summary>
    private static bool IsAligned(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        var gaps = 0;
        for (var i = line.IndexOf("   ", StringComparison.Ordinal); i >= 0; i = line.IndexOf("   ", StringComparison.Ordinal))
        {
            gaps++;
            line = line[i..].TrimStart();
        }

        return gaps >= 2;
    }

    private static int CommaSeparated(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var expected = Commas(lines[at].In(text));
        if (expected < 2)
            return 0;
        var count = 1;
        while (at + count < lines.Length && Commas(lines[at + count].In(text)) == expected)
            count++;
        return count;
    }

    /// <summary>Commas outside quotes of a line that can be a record; 0 where it reads like prose.</summary>
    private static int Commas(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.IsEmpty || line[^1] is '.' or '!' or '?')
            return 0;
        var commas = 0;
        var quoted = false;
        foreach (var c in line)
        {
            quoted ^= c == '"';
            commas += c == ',' && !quoted ? 1 : 0;
        }

        return line.Length <= LongestCell * (commas + 1) ? commas : 0;
    }
}
