using OrleansLlm.Core.Compression.Structure;

namespace OrleansLlm.Core.Compression;

/// <summary>Cuts a context into units: sentences, list markers, structures. Only white space stands between them.</summary>
internal static class ContextSegmenter
{
    public static ContextUnit[] Segment(string context)
    {
        var lines = TextLine.Of(context);
        var kinds = StructureScanner.Scan(context, lines);
        var labels = LineLabel.Lengths(context, lines, kinds);
        var units = new List<ContextUnit>();
        var sentences = new List<(int Start, int End)>();
        var paragraph = 0;
        var section = 0;
        var open = -1; // where the paragraph being read begins
        for (var at = 0; at < lines.Length; at++)
        {
            var kind = kinds[at];
            var body = lines[at].In(context).TrimStart();
            var marker = kind != LineKind.Prose ? 0 : labels[at] > 0 ? labels[at] : ListMarker.Length(body);
            if (kind == LineKind.Prose && marker == 0)
            {
                var (opening, closing) = DocumentTags.Of(body);
                if (opening > 0)
                {
                    Close(lines[at].Start);
                    AddTag(lines[at].End - body.Length, opening);
                }

                if (open < 0)
                    open = opening > 0 ? units[^1].End : lines[at].Start;
                if (closing > 0)
                {
                    var start = lines[at].End - body.Length + body.TrimEnd().Length - closing;
                    Close(start);
                    AddTag(start, closing);
                }

                continue;
            }

            Close(lines[at].Start);
            if (marker > 0)
            {
                var start = lines[at].End - body.Length;
                paragraph++;
                units.Add(new ContextUnit(start, start + marker, labels[at] > 0 ? UnitKind.Label : UnitKind.Marker, paragraph, section));
                open = start + marker;
            }
            else if (kind is LineKind.Structure or LineKind.Heading)
            {
                var last = at;
                while (last + 1 < lines.Length && kinds[last + 1] == LineKind.Continuation)
                    last++;
                paragraph++;
                section += kind == LineKind.Heading ? 1 : 0;
                units.Add(new ContextUnit(lines[at].Start, lines[last].End, UnitKind.Structure, paragraph, section));
            }
        }

        Close(context.Length);
        return [.. units];

        void AddTag(int start, int length) => units.Add(new ContextUnit(start, start + length, UnitKind.Structure, ++paragraph, section));

        void Close(int end)
        {
            if (open < 0)
                return;
            // An item's text shares the number of its marker.
            if (units.Count == 0 || !units[^1].IsLead || units[^1].End != open)
                paragraph++;
            sentences.Clear();
            SentenceSplitter.Split(context, open, end, sentences);
            foreach (var (start, stop) in sentences)
                units.Add(new ContextUnit(start, stop, UnitKind.Prose, paragraph, section));
            open = -1;
        }
    }
}
