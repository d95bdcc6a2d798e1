using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// What opens a line and says whose the text after it is: <c>[2]</c>, <c>Document 2:</c>, <c>Title: Fees.</c>, <c>2024-01-06:</c>, <c>Anna:</c>. One of a
/// kind may be a part of its sentence; a series of them tells pieces apart, and a piece without its label would be taken for the one before.
/// </summary>
internal static partial class LineLabel
{
    private const int FewestNumbered = 2;
    private const int FewestNames = 3;

    /// <summary>Longest label, and what is read of a line.</summary>
    private const int Longest = 120;

    /// <summary>The <see cref="ShapeOf"/> of labels that name, not number: their text ends with its paragraph.</summary>
    public const string Named = ":";

    /// <summary>For each line the length of the label that opens it (white space before it not counted), 0 where there is none.</summary>
    public static int[] Lengths(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, ReadOnlySpan<LineKind> kinds)
    {
        var lengths = new int[lines.Length];
        var shapes = new string[lines.Length];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < lines.Length; at++)
        {
            if (kinds[at] != LineKind.Prose)
                continue;
            var line = lines[at].In(text).TrimStart();
            if (ListMarker.Length(line) > 0 || Length(line) is not (> 0 and var length))
                continue;
            lengths[at] = length;
            shapes[at] = ShapeOf(line[..length]);
            counts[shapes[at]] = counts.GetValueOrDefault(shapes[at]) + 1;
        }

        for (var at = 0; at < lines.Length; at++)
        {
            if (lengths[at] > 0 && counts[shapes[at]] < (shapes[at] == Named ? FewestNames : FewestNumbered))
                lengths[at] = 0;
        }

        return lengths;
    }

    /// <summary>What labels of one series have in common.</summary>
    public static string ShapeOf(ReadOnlySpan<char> label)
    {
        var isMeta = Meta().IsMatch(label);
        if (!isMeta && !Numbered().IsMatch(label))
            return Named;
        var shape = new StringBuilder();
        foreach (var c in label[..(isMeta ? label.IndexOf(':') : label.Length)])
        {
            if (!char.IsDigit(c) && !char.IsWhiteSpace(c))
                shape.Append(char.ToLowerInvariant(c));
        }

        return shape.Append('#').ToString();
    }

    private static int Length(ReadOnlySpan<char> line)
    {
        line = line[..Math.Min(line.Length, Longest)];
        foreach (var kind in (ReadOnlySpan<Regex>)[Meta(), Numbered(), Name()])
        {
            foreach (var match in kind.EnumerateMatches(line))
                return match.Length < line.Length ? match.Length : 0;
        }

        return 0;
    }

    [GeneratedRegex(
        @"^(?:\*\*|__)?(?:"
        + @"[\[(（【]\s?(?:[\p{L}_.-]{1,16}[ _#:.-]{0,2}){0,2}\d{1,5}\s?[\])）】]"
        + @"|#\d{1,5}"
        + @"|[\[(]?\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T,]{1,2}\d{1,2}:\d{2}(?::\d{2})?)?[\])]?"
        + @"|[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?"
        + @"|(?:\p{L}{1,16}[ _#]{0,2}){1,2}[\[(]?\d{1,5}[\])]?(?:\s?\([^()\n]{1,40}\))?(?=\*\*|__|\s?[:：.–—|)-])"
        + @"|\d{1,5}(?=[:：]))"
        + @"\s?[:：.–—|)-]{0,2}(?:\*\*|__)?[:：]?(?=\s|(?<=[：）】])|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex(
        @"^(?:\*\*|__)?(?:title|source|document|doc|file|filename|url|date|author|section|page|id)(?:\*\*|__)?\s?:(?:\*\*|__)?\s[^\n|;]{1,80}?(?:[.|;](?=\s|\z))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Meta();

    [GeneratedRegex(
        @"^(?:\*\*|__)?(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s)?"
        + @"(?:[\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]{0,24}(?:\s(?:\([^()\n:]{1,30}\)|[\p{L}\p{M}\d'’.&-]{1,24})){0,3}|[\w./\\-]{1,60}\.\w{2,4})"
        + @"(?:\*\*|__)?[:：](?:\*\*|__)?(?=\s|(?<=：))", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
