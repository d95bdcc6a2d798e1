namespace OrleansLlm.Core.Compression;

/// <summary>
/// The lossless step: sentences that the context already states word for word. Overlapping retrieval chunks repeat runs of
/// sentences, so a run of some length goes wherever it recurs. A single repeated sentence goes only inside one section, because
/// "Refunds take 30 days." under two products' headings is two facts.
/// </summary>
internal static class Repeats
{
    private const int ShortestRunWords = 20;
    private const int ShortestSentenceWords = 5;

    /// <summary>Which units repeat an earlier one; only prose can.</summary>
    public static bool[] Find(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units)
    {
        var repeated = new bool[units.Length];
        var prose = new List<int>(units.Length);
        for (var i = 0; i < units.Length; i++)
        {
            if (units[i].Kind == UnitKind.Prose)
                prose.Add(i);
        }

        var seen = new Dictionary<string, int>(prose.Count, StringComparer.Ordinal);
        var lookup = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < prose.Count;)
        {
            var text = context.Slice(units[prose[at]].Start, units[prose[at]].Length);
            if (!lookup.TryGetValue(text, out var first))
            {
                lookup[text] = at++;
                continue;
            }

            var (length, words) = Run(context, units, prose, first, at);
            var sameSection = units[prose[first]].Section == units[prose[at]].Section;
            if (words < ShortestRunWords && !(sameSection && words >= ShortestSentenceWords))
                length = 0;
            for (var k = 0; k < length; k++)
                repeated[prose[at + k]] = true;
            at += Math.Max(1, length);
        }

        return repeated;
    }

    private static (int Length, int Words) Run(
        ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, List<int> prose, int first, int second)
    {
        var length = 0;
        var words = 0;
        for (; second + length < prose.Count && first + length < second; length++)
        {
            var a = units[prose[first + length]];
            var b = units[prose[second + length]];
            var text = context.Slice(b.Start, b.Length);
            if (!context.Slice(a.Start, a.Length).SequenceEqual(text))
                break;
            words += text.Count(' ') + 1;
        }

        return (length, words);
    }
}
