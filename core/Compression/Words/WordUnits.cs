namespace OrleansLlm.Core.Compression.Words;

/// <summary>Cuts sentences into the words that may go and what stays between them.</summary>
internal static class WordUnits
{
    /// <summary><paramref name="units"/> with each sentence that is no repeat taken apart, and the same marks of repeats for the pieces.</summary>
    public static (ContextUnit[] Units, bool[] Repeated) Split(string context, ContextUnit[] units, bool[] repeated)
    {
        var split = new List<ContextUnit>(units.Length * 8);
        var marks = new List<bool>(units.Length * 8);
        var free = new List<(int Start, int End)>();
        for (var i = 0; i < units.Length; i++)
        {
            var unit = units[i];
            if (unit.Kind != UnitKind.Prose || repeated[i])
            {
                split.Add(unit);
                marks.Add(repeated[i]);
                continue;
            }

            free.Clear();
            ProtectedWords.Free(context.AsSpan(unit.Start, unit.Length), free);
            var open = unit.Start;
            foreach (var (start, end) in free)
            {
                Add(open, unit.Start + start, UnitKind.Structure);
                Add(unit.Start + start, unit.Start + end, UnitKind.Word);
                open = unit.Start + end;
            }

            Add(open, unit.End, UnitKind.Structure);

            void Add(int start, int end, UnitKind kind)
            {
                if (start == end)
                    return;
                split.Add(unit with { Start = start, End = end, Kind = kind });
                marks.Add(false);
            }
        }

        return ([.. split], [.. marks]);
    }
}
