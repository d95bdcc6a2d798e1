using System.Buffers;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Lines of short <c>key: value</c> pairs: YAML, front matter, mail headers, forms. One a text.</summary>
internal sealed class YamlBlock
{
    private const int LongestKey = 40;
    private const int LongestValue = 80;

    // A longer block is found in pieces; a transcript that is no YAML must not be read to its end from every line.
    private readonly LookAhead _lines = new(far: 200, near: 16);

    private static readonly SearchValues<char> NotInKeys = SearchValues.Create(".,;!?(");

    public int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var longest = _lines.Limit;
        var count = 0;
        var pairs = 0;
        // A repeated key is a speaker's name in a transcript, not data.
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var seen = keys.GetAlternateLookup<ReadOnlySpan<char>>();
        for (; count < longest && at + count < lines.Length; count++)
        {
            var line = lines[at + count].In(text);
            var key = Key(line);
            if (!key.IsEmpty)
            {
                pairs++;
                seen.Add(key);
            }
            else if (pairs == 0 || !IsItem(line))
            {
                break;
            }
        }

        if (pairs >= 2 && keys.Count * 3 >= pairs * 2)
            return count;
        if (pairs >= 2)
            _lines.InVain();
        return 0;
    }

    private static ReadOnlySpan<char> Key(ReadOnlySpan<char> line)
    {
        var body = line.Trim();
        if (body.StartsWith("- ", StringComparison.Ordinal))
            body = body[2..].TrimStart();
        var colon = body.IndexOf(':');
        if (colon is < 1 or > LongestKey || (colon + 1 < body.Length && body[colon + 1] != ' '))
            return [];
        var value = body[(colon + 1)..].Trim();
        // A value that is a sentence belongs to prose: "Note: the fee is due monthly."
        var isSentence = !value.IsEmpty && value[^1] is '.' or '!' or '?' && value.Contains(' ');
        return value.Length > LongestValue || isSentence || body[..colon].ContainsAny(NotInKeys) ? [] : body[..colon];
    }

    /// <summary>A short list item or nested scalar under a key.</summary>
    private static bool IsItem(ReadOnlySpan<char> line)
    {
        var body = line.Trim();
        return body.StartsWith("- ", StringComparison.Ordinal) && body.Length <= LongestValue && body[^1] is not ('.' or '!' or '?');
    }
}
