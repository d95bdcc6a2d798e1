using System.Globalization;
using System.Text;

namespace OrleansLlm.Core.Compression.Records;

/// <summary>
/// Cuts JSON data into records where a question names some of them: those stay, with the first and the last of each array, and the others
/// compete for the budget, each kept or left out as a whole. Any choice of them leaves valid JSON.
/// </summary>
internal static class RecordUnits
{
    // A word that more records have than this share names none of them.
    private const int NamingShare = 4;

    /// <summary>
    /// <paramref name="units"/> with each array of like objects, and each run of lines that are like objects, taken apart; as they are where
    /// the question is about all of them, or names none.
    /// </summary>
    public static ContextUnit[] Split(string context, ContextUnit[] units, string question, QuestionTerms terms)
    {
        if (SetQuestions.MayBe(question))
            return units;
        var split = new List<ContextUnit>(units.Length);
        var added = 0;
        for (var i = 0; i < units.Length;)
        {
            var lines = ObjectLines(context, units, i);
            if (lines >= RecordReader.FewestRecords)
            {
                var unnamed = Unnamed(context, [.. units[i..(i + lines)].Select(u => (u.Start, u.End))], terms);
                for (var line = 0; line < lines; line++, i++)
                    split.Add(units[i] with { Kind = unnamed[line] ? UnitKind.Record : UnitKind.Structure, Paragraph = units[i].Paragraph + added });
                continue;
            }

            added += AddArrays(context, units[i] with { Paragraph = units[i].Paragraph + added }, terms, split);
            i++;
        }

        return [.. split];
    }

    /// <summary>How many units from <paramref name="at"/> on are like objects, one a line (JSON Lines).</summary>
    private static int ObjectLines(string context, ContextUnit[] units, int at)
    {
        IReadOnlySet<string>? first = null;
        var count = 0;
        for (; at + count < units.Length && units[at + count].Kind == UnitKind.Structure; count++)
        {
            var text = context.AsSpan(units[at + count].Start, units[at + count].Length).Trim();
            if (text is not ['{', .., '}'] || RecordReader.Names(text) is not { } names || !RecordReader.AreLike(first ??= names, names))
                break;
        }

        return count;
    }

    /// <summary>Adds a unit in pieces: what holds the arrays together, the records that stay, and those that may go. Returns how many more than one.</summary>
    private static int AddArrays(string context, ContextUnit unit, QuestionTerms terms, List<ContextUnit> split)
    {
        var count = split.Count;
        var text = context.AsSpan(unit.Start, unit.Length);
        var open = unit.Start;
        if (unit.Kind == UnitKind.Structure && text.Trim() is ['{', .., '}'] or ['[', .., ']'])
        {
            foreach (var array in RecordReader.Arrays(text))
            {
                (int Start, int End)[] records = [.. array.Records.Select(r => (unit.Start + r.Start, unit.Start + r.End))];
                var unnamed = Unnamed(context, records, terms);
                for (var i = 1; i < records.Length - 1; i++)
                {
                    if (!unnamed[i])
                        continue;
                    var (start, end) = (AfterComma(context, records[i - 1].End), AfterComma(context, records[i].End));
                    Add(open, start, UnitKind.Structure);
                    Add(start, end, UnitKind.Record);
                    open = end;
                }
            }
        }

        Add(open, unit.End, unit.Kind);
        return split.Count - count - 1;

        void Add(int start, int end, UnitKind kind)
        {
            if (start < end)
                split.Add(unit with { Start = start, End = end, Kind = kind, Paragraph = unit.Paragraph + split.Count - count });
        }
    }

    /// <summary>Which records may go: none where the question names none.</summary>
    private static bool[] Unnamed(string context, (int Start, int End)[] records, QuestionTerms terms)
    {
        var unnamed = new bool[records.Length];
        var asked = terms.Content.Select(t => t.Id).ToHashSet();
        var words = new HashSet<ulong>[records.Length];
        var frequency = new Dictionary<ulong, int>();
        for (var i = 0; i < records.Length; i++)
        {
            words[i] = [];
            var reader = new TermReader(Unescaped(context.AsSpan(records[i].Start, records[i].End - records[i].Start)));
            while (reader.MoveNext())
            {
                if (asked.Contains(reader.Current.Id) && words[i].Add(reader.Current.Id))
                    frequency[reader.Current.Id] = frequency.GetValueOrDefault(reader.Current.Id) + 1;
            }
        }

        asked.RemoveWhere(term => frequency.GetValueOrDefault(term) is var found && (found == 0 || found * NamingShare > records.Length));
        for (var i = 1; i < records.Length - 1; i++)
            unnamed[i] = asked.Count > 0 && !words[i].Overlaps(asked);
        return unnamed;
    }

    /// <summary>The text with its escaped characters, for its words: "k\u00e9ttle" is a name too, and "\n" before one no letter of it.</summary>
    private static ReadOnlySpan<char> Unescaped(ReadOnlySpan<char> json)
    {
        if (!json.Contains('\\'))
            return json;
        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\' || i + 1 == json.Length)
            {
                text.Append(json[i]);
            }
            else if (json[++i] == 'u' && i + 4 < json.Length)
            {
                text.Append((char)ushort.Parse(json.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(' ');
            }
        }

        return text.ToString();
    }

    private static int AfterComma(string context, int end)
    {
        while (context[end] != ',')
            end++;
        return end + 1;
    }
}
