using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Tags around a document that stand on a line with its text: <c>&lt;source id="1"&gt;Fees are 5.&lt;/source&gt;</c>, <c>Fees are 5.&lt;/document&gt;</c>. They stay, as
/// those on lines of their own do, and the text between them is prose.
/// </summary>
internal static partial class DocumentTags
{
    // What is shorter is a field.
    private const int ShortestText = 60;

    /// <summary>Lengths of the tag that opens <paramref name="line"/> and of the one that closes it; 0 where there is none, both 0 where it is something else.</summary>
    public static (int Open, int Close) Of(ReadOnlySpan<char> line)
    {
        line = line.TrimEnd();
        if (line is not [.., '>'])
            return default;
        var close = line.LastIndexOf("</", StringComparison.Ordinal);
        if (close < 0 || !IsName(line[(close + 2)..^1]))
            return default;
        var open = line[0] == '<' ? line.IndexOf('>') + 1 : 0;
        // Its own opening tag, or none; nothing else that a tag could be.
        if (open > 0 && !line[1..open].StartsWith(line[(close + 2)..^1], StringComparison.OrdinalIgnoreCase))
            return default;
        return close < open || line[open..close].Contains('<') || line[open..close].Trim().Length < ShortestText ? default : (open, line.Length - close);
    }

    /// <summary>Whether tags of this name hold documents.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => Name().IsMatch(name);

    [GeneratedRegex("^(?:documents?|docs?|source|passage|article|chunk|snippet|(?:search_)?result|excerpt|context|item|(?:page_|document_)?content|text|node)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
