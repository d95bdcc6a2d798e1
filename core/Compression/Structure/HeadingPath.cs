using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>The headings that the places of a text stand under, the outer before the inner, and the tags that say whose the text in them is.</summary>
internal sealed partial class HeadingPath
{
    private const string Between = " > ";

    // Written with the sentences that a later question brings back.
    private const int Longest = 80;

    // A bold line or a short one over a paragraph: under any heading that tells its level.
    private const int Innermost = 7;

    // A name before a paragraph, which is all that it stands over.
    private const int Paragraph = Innermost + 1;

    // Tags inside each other that are followed; nobody writes deeper, but to cost time.
    private const int MostTags = 16;

    // A tag stands over all that it holds.
    private const int Tagged = -1;

    private readonly List<int> _starts = [];
    private readonly List<string> _paths = [];

    // What is open at the line being read: the tags' names, and the titles with how many tags each stands in.
    private readonly List<string> _tags = [];
    private readonly List<(int Depth, int Level, string Tag, string Title)> _open = [];

    /// <param name="text">The text.</param>
    /// <param name="label">What stands over all of it; empty for nothing.</param>
    public HeadingPath(string text, string label)
    {
        if (label.Length > 0)
            Open(0, 0, Tagged, label, label);
        var lines = TextLine.Of(text);
        var kinds = StructureScanner.Scan(text, lines);
        var labels = LineLabel.Lengths(text, lines, kinds);
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].In(text).Trim();
            if (kinds[at] == LineKind.Structure && line[0] == '<' && (at + 1 == lines.Length || kinds[at + 1] != LineKind.Continuation))
                ReadTags(line.ToString(), lines[at].Start);
            var (opening, closing) = kinds[at] == LineKind.Prose ? DocumentTags.Of(line) : default;
            if (closing > 0)
            {
                ReadTags(line[..opening].ToString(), lines[at].Start);
                ReadTags(line[^closing..].ToString(), lines[at].Start + lines[at].In(text).TrimEnd().Length);
            }

            if (kinds[at] == LineKind.Blank)
                Close(lines[at].Start, _open.FindIndex(o => o.Level == Paragraph));
            if (labels[at] > 0)
                ReadLabel(line[..labels[at]], lines[at].End - lines[at].In(text).TrimStart().Length);
            if (kinds[at] != LineKind.Heading)
                continue;
            var title = line.Trim("#*=-_:[] \t");
            if (title.IsEmpty)
                continue;
            // A label of a chunk or a document stands over all that follows.
            var level = line[0] == '#' ? Math.Min(line.Length - line.TrimStart('#').Length, Innermost - 1) : Heading.IsExplicit(line) ? 0 : Innermost;
            CloseFrom(level);
            Open(lines[at].Start, _tags.Count, level, string.Empty, title);
        }
    }

    /// <summary>Its own sentence has the label, those after it stand under it.</summary>
    private void ReadLabel(ReadOnlySpan<char> label, int start)
    {
        var level = LineLabel.ShapeOf(label) == LineLabel.Named ? Paragraph : 0;
        CloseFrom(level);
        Note(start);
        Open(start + label.Length, _tags.Count, level, string.Empty, label.Trim("#*=-_:[]. \t"));
    }

    private void CloseFrom(int level)
    {
        while (_open.Count > 0 && _open[^1].Level >= level && (_open[^1].Tag.Length == 0 || _open[^1].Depth == _tags.Count))
            _open.RemoveAt(_open.Count - 1);
    }

    /// <summary><c>&lt;document name="2024"&gt;</c> stands over what it holds, <c>&lt;source&gt;a.txt&lt;/source&gt;</c> over what follows it in its own tag.</summary>
    private void ReadTags(string line, int start)
    {
        var opened = -1; // where the text of the tag begins that was opened last
        foreach (Match tag in Tag().Matches(line))
        {
            var name = tag.Groups["name"].Value;
            var attributes = tag.Groups["attributes"].ValueSpan.Trim();
            if (!tag.Groups["close"].Success)
            {
                if (attributes is [.., '/'] || _tags.Count == MostTags)
                    continue;
                _tags.Add(name);
                if (!attributes.IsEmpty)
                    Open(start, _tags.Count, Tagged, name, $"{name} {attributes}");
                opened = tag.Index + tag.Length;
                continue;
            }

            var depth = _tags.FindLastIndex(t => t.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (depth < 0)
                continue;
            _tags.RemoveRange(depth, _tags.Count - depth);
            Close(start, _open.FindIndex(o => o.Depth > depth));
            if (opened >= 0 && LabelTag().IsMatch(name) && line.AsSpan(opened, tag.Index - opened).Trim() is { IsEmpty: false } title)
            {
                Close(start, _open.FindIndex(o => o.Depth == depth && o.Tag.Equals(name, StringComparison.OrdinalIgnoreCase)));
                Open(start, depth, 0, name, title);
            }

            opened = -1;
        }
    }

    private void Open(int start, int depth, int level, string tag, ReadOnlySpan<char> title)
    {
        _open.Add((depth, level, tag, Cut(title)));
        Note(start);
    }

    /// <summary>Closes the title at <paramref name="index"/>, if there is one, and all in it.</summary>
    private void Close(int start, int index)
    {
        if (index < 0)
            return;
        _open.RemoveRange(index, _open.Count - index);
        Note(start);
    }

    private void Note(int start)
    {
        var path = string.Join(Between, _open.Select(o => o.Title));
        // Whose it is, is said in any case.
        if (path.Length > Longest)
            path = string.Join(Between, _open.Where((o, i) => o.Tag.Length > 0 || i == _open.Count - 1).Select(o => o.Title));
        if (_starts.Count > 0 && _starts[^1] == start)
            _paths[^1] = path;
        else
        {
            _starts.Add(start);
            _paths.Add(path);
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

    [GeneratedRegex(@"<(?<close>/)?(?<name>[A-Za-z][\w.-]{0,40})(?<attributes>[^<>]*)>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex("^(?:source|title|name|file|filename|url|date|version)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LabelTag();
}
