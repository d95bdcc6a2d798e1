namespace OrleansLlm.Core.Compression.Structure;

/// <summary>The headings that the places of a text stand under, the outer before the inner.</summary>
internal sealed class HeadingPath
{
    private const string Between = " > ";

    // Written after each sentence that a later question brings back.
    private const int Longest = 80;

    // A bold line or a short one over a paragraph: under any heading that tells its level.
    private const int Innermost = 7;

    private readonly List<int> _starts = [];
    private readonly List<string> _paths = [];

    public HeadingPath(string text)
    {
        var lines = TextLine.Of(text);
        var kinds = StructureScanner.Scan(text, lines);
        var open = new Stack<(int Level, string Title)>();
        for (var at = 0; at < lines.Length; at++)
        {
            if (kinds[at] != LineKind.Heading)
                continue;
            var line = lines[at].In(text).Trim();
            var title = line.Trim("#*=-_:[] \t");
            if (title.IsEmpty)
                continue;
            // A label of a chunk or a document stands over all that follows.
            var level = line[0] == '#' ? Math.Min(line.Length - line.TrimStart('#').Length, Innermost - 1) : Heading.IsExplicit(line) ? 0 : Innermost;
            while (open.Count > 0 && open.Peek().Level >= level)
                open.Pop();
            open.Push((level, Cut(title)));
            var path = string.Join(Between, open.Reverse().Select(h => h.Title));
            _starts.Add(lines[at].Start);
            _paths.Add(path.Length <= Longest ? path : open.Peek().Title);
        }
    }

    /// <summary>The headings over the character at <paramref name="at"/>; empty where there are none.</summary>
    public string Over(int at)
    {
        var index = _starts.BinarySearch(at);
        index = index < 0 ? ~index - 1 : index;
        return index < 0 ? string.Empty : _paths[index];
    }

    private static string Cut(ReadOnlySpan<char> title)
    {
        if (title.Length <= Longest)
            return title.ToString();
        return title[..(char.IsHighSurrogate(title[Longest - 1]) ? Longest - 1 : Longest)].ToString();
    }
}
