using System.Text;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Writes the kept units in order. The output is a subsequence of the original: kept units byte for byte, and of the white space
/// between two of them the strongest break that stood there (blank line over line break over space).
/// </summary>
internal static class Emitter
{
    /// <param name="context">The original.</param>
    /// <param name="units">Its units.</param>
    /// <param name="kept">Which of them stay.</param>
    /// <param name="scores">One a unit, for the record of what goes.</param>
    /// <param name="repeated">Which of the units repeat an earlier one.</param>
    /// <param name="cuts">Stretches inside kept units that go all the same, in order (<see cref="JsonWhiteSpace"/>).</param>
    public static (string Text, List<RemovedSpan> Removed) Emit(
        string context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<bool> kept, ReadOnlySpan<double> scores, bool[] repeated, List<(int Start, int End)> cuts)
    {
        var nextCut = 0;
        var text = new StringBuilder(context.Length);
        var removed = new List<RemovedSpan>();
        var at = 0; // everything before is either written or recorded as removed
        var previous = -1;
        for (var i = 0; i < units.Length; i++)
        {
            if (!kept[i])
                continue;
            if (previous >= 0)
                WriteBreak(previous, i, units, scores);
            Keep(units[i].Start, units[i].End, units, scores);
            previous = i;
        }

        Skip(context.Length, units, scores);
        return (text.ToString(), removed);

        void Keep(int start, int end, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<double> scores)
        {
            Skip(start, units, scores);
            while (nextCut < cuts.Count && cuts[nextCut].Start < start)
                nextCut++;
            for (; nextCut < cuts.Count && cuts[nextCut].End <= end; nextCut++)
            {
                var (from, to) = cuts[nextCut];
                text.Append(context, at, from - at);
                removed.Add(new RemovedSpan(from, to - from, 0, RemovedKind.WhiteSpace));
                at = to;
            }

            text.Append(context, at, end - at);
            at = end;
        }

        void WriteBreak(int left, int right, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<double> scores)
        {
            var strongest = left;
            var strength = -1;
            for (var gap = left; gap < right; gap++)
            {
                var breaks = Gap.LineBreaks(context.AsSpan(units[gap].End, units[gap + 1].Start - units[gap].End));
                var level = Math.Min(breaks, 2) * 2 + (units[gap + 1].Start > units[gap].End ? 1 : 0);
                if (level <= strength)
                    continue;
                (strongest, strength) = (gap, level);
            }

            var (start, end) = (units[strongest].End, units[strongest + 1].Start);
            foreach (var (from, to) in Gap.Kept(context, start, end))
                Keep(from, to, units, scores);
            // The indentation of the line that follows says where a list item belongs.
            var indent = Gap.Indentation(context, units[right - 1].End, units[right].Start);
            if (indent < units[right].Start)
                Keep(indent, units[right].Start, units, scores);
        }

        RemovedKind Kind(int index, ReadOnlySpan<ContextUnit> units) =>
            units[index].Kind == UnitKind.Record ? RemovedKind.Record
            : units[index].Kind == UnitKind.Word ? RemovedKind.Word
            : repeated[index] ? RemovedKind.Duplicate
            : RemovedKind.Sentence;

        // Records what lies between the last written character and `to`, one span a unit so that each carries its score.
        void Skip(int to, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<double> scores)
        {
            foreach (var index in UnitsBetween(units, at, to))
            {
                // A label goes with the sentence after it.
                if (units[index].Kind == UnitKind.Label && index + 1 < units.Length && units[index + 1].Start < to)
                    continue;
                var end = units[index].End;
                removed.Add(new RemovedSpan(at, end - at, scores[index], Kind(index, units)));
                at = end;
            }

            if (at < to)
                removed.Add(new RemovedSpan(at, to - at, 0, RemovedKind.WhiteSpace));
            at = to;
        }
    }

    private static List<int> UnitsBetween(ReadOnlySpan<ContextUnit> units, int from, int to)
    {
        var (low, high) = (0, units.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (units[middle].Start < from)
                low = middle + 1;
            else
                high = middle;
        }

        var between = new List<int>();
        for (var i = low; i < units.Length && units[i].End <= to; i++)
            between.Add(i);
        return between;
    }
}
