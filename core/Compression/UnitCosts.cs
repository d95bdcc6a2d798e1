using System.Runtime.InteropServices;
using System.Text;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// What each unit costs in tokens, with the white space that is written around it. Pieces are cut where the tokenizers' first split falls
/// in any case, before the space that leads a word and after a line break, so that their counts add up to the whole's.
/// </summary>
internal static class UnitCosts
{
    public static int[] Count(string context, ReadOnlySpan<ContextUnit> units, List<(int Start, int End)> cuts, ITokenCounter counter)
    {
        var costs = new int[units.Length];
        var cut = 0; // the first one that does not lie before the unit
        for (var i = 0; i < costs.Length; i++)
        {
            var start = i == 0 ? units[0].Start : Border(context, units[i - 1].End, units[i].Start);
            var end = i + 1 == costs.Length ? units[i].End : Border(context, units[i].End, units[i + 1].Start);
            while (cut < cuts.Count && cuts[cut].Start < start)
                cut++;
            costs[i] = cut < cuts.Count && cuts[cut].End <= end
                ? counter.Count(Without(context, start, end, CollectionsMarshal.AsSpan(cuts)[cut..]))
                : counter.Count(context.AsSpan(start, end - start));
        }

        return costs;
    }

    private static string Without(string context, int start, int end, ReadOnlySpan<(int Start, int End)> cuts)
    {
        var text = new StringBuilder();
        foreach (var (from, to) in cuts)
        {
            if (to > end)
                break;
            text.Append(context, start, from - start);
            start = to;
        }

        return text.Append(context, start, end - start).ToString();
    }

    private static int Border(string context, int end, int start)
    {
        var lastBreak = context.AsSpan(end, start - end).LastIndexOfAny('\n', '\r');
        return lastBreak < 0 ? end : end + lastBreak + 1;
    }
}
