namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Log lines, stack traces of the usual runtimes, and listings with line numbers.</summary>
internal static class LogBlock
{
    private static readonly string[] Levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "CRITICAL", "NOTICE"];

    public static int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        if (!IsLogLine(lines[at].In(text)))
            return IsNumberedListing(text, lines, at);
        var last = at;
        for (var i = at + 1; i < lines.Length; i++)
        {
            var line = lines[i].In(text);
            if (IsLogLine(line))
                last = i;
            else if (line.IsWhiteSpace() || line[0] is not (' ' or '\t') || i > last + 1)
                break;
            else
                last = i; // a continuation: the source line of a Python frame, a wrapped message
        }

        return last - at + 1;
    }

    private static bool IsLogLine(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        return IsTimestamped(line) || IsLeveled(line) || IsStackFrame(line);
    }

    private static bool IsStackFrame(ReadOnlySpan<char> line) =>
        (line.StartsWith("at ", StringComparison.Ordinal) && line.Contains('(') && (line[^1] == ')' || line.Contains(":line ", StringComparison.Ordinal)))
        || (line.StartsWith("File \"", StringComparison.Ordinal) && line.Contains(", line ", StringComparison.Ordinal))
        || line.StartsWith("Traceback (most recent", StringComparison.Ordinal)
        || line.StartsWith("Caused by: ", StringComparison.Ordinal)
        || line.StartsWith("--- End of ", StringComparison.Ordinal)
        || line.StartsWith("Unhandled exception", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("Exception in thread ", StringComparison.Ordinal)
        || IsThrownType(line);

    /// <summary><c>System.IO.IOException: The disk is full</c>.</summary>
    private static bool IsThrownType(ReadOnlySpan<char> line)
    {
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '.' or '_' or '$'))
            end++;
        var type = line[..end];
        return (type.EndsWith("Exception", StringComparison.Ordinal) || type.EndsWith("Error", StringComparison.Ordinal))
            && type.Length > "Exception".Length && (end == line.Length || line[end] == ':');
    }

    private static bool IsLeveled(ReadOnlySpan<char> line)
    {
        var rest = line.TrimStart("[");
        foreach (var level in Levels)
        {
            if (rest.StartsWith(level, StringComparison.Ordinal) && rest.Length > level.Length
                && (rest[level.Length] is ':' or ']' || (rest[level.Length] is ' ' or '\t' && line[0] != '[')))
                return true;
        }

        return false;
    }

    /// <summary>A date with a time first, or a time followed by a level: a bare time opens a transcript's turn as well.</summary>
    private static bool IsTimestamped(ReadOnlySpan<char> line)
    {
        var rest = line.TrimStart("[(");
        if (Matches(rest, "dddd-dd-dd dd:dd") || Matches(rest, "dddd-dd-ddTdd:dd") || Matches(rest, "dddd/dd/dd dd:dd")
            || Matches(rest, "aaa dd dd:dd:dd") || Matches(rest, "aaa  d dd:dd:dd"))
            return true;
        if (!Matches(rest, "dd:dd:dd"))
            return false;
        foreach (var level in Levels)
        {
            if (rest[..Math.Min(rest.Length, 40)].Contains(level, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> line, string shape)
    {
        if (line.Length < shape.Length)
            return false;
        for (var i = 0; i < shape.Length; i++)
        {
            var fits = shape[i] switch
            {
                'd' => char.IsAsciiDigit(line[i]),
                'a' => char.IsAsciiLetter(line[i]),
                var c => line[i] == c,
            };
            if (!fits)
                return false;
        }

        return true;
    }

    private static int IsNumberedListing(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var count = 0;
        while (at + count < lines.Length && HasLineNumber(lines[at + count].In(text)))
            count++;
        return count >= 2 ? count : 0;
    }

    /// <summary><c>12 | code</c> or <c>12: code</c>.</summary>
    private static bool HasLineNumber(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        var digits = 0;
        while (digits < line.Length && char.IsAsciiDigit(line[digits]))
            digits++;
        return digits is > 0 and < 7 && line[digits..].TrimStart() is ['|' or ':', ..] && !line[digits..].TrimStart()[1..].IsWhiteSpace();
    }
}
