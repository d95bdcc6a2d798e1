namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Bullets and numbers that open a list item.</summary>
internal static class ListMarker
{
    // "1234." is a year that ends a sentence, not an item's number.
    private const int LongestNumber = 3;

    /// <summary>Length of the marker that opens <paramref name="line"/> (which has no leading white space); 0 where there is none.</summary>
    public static int Length(ReadOnlySpan<char> line)
    {
        var length = Bullet(line);
        if (length == 0)
            length = Number(line);
        return length > 0 && length < line.Length && line[length] is ' ' or '\t' ? length : 0;
    }

    private static int Bullet(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] is not ('-' or '*' or '+' or '•' or '◦' or '▪' or '‣' or '–' or '·'))
            return 0;
        return line.StartsWith("- [ ]", StringComparison.Ordinal) || line.StartsWith("- [x]", StringComparison.OrdinalIgnoreCase) ? 5 : 1;
    }

    /// <summary><c>1.</c> <c>2)</c> <c>(3)</c> <c>a)</c> <c>(iv)</c> <c>3.2.1</c></summary>
    private static int Number(ReadOnlySpan<char> line)
    {
        var open = line is ['(', ..] ? 1 : 0;
        var end = open;
        while (end < line.Length && end - open < LongestNumber && char.IsAsciiLetterOrDigit(line[end]))
            end++;
        var body = line[open..end];
        if (body.IsEmpty || end >= line.Length)
            return 0;
        if (line[end] == ')')
            return body.Length == 1 || char.IsAsciiDigit(body[0]) || body.Trim("ivx").IsEmpty ? end + 1 : 0;
        if (open > 0 || line[end] != '.' || !char.IsAsciiDigit(body[0]))
            return 0;
        while (end < line.Length && (line[end] == '.' || char.IsAsciiDigit(line[end])))
            end++;
        return end;
    }
}
