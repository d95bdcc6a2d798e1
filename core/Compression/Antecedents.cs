using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Which sentence a sentence leans on: one that opens with a pronoun or a connective on the one before it, a list item on the
/// line that introduces its list. A kept sentence lends part of its score to the sentence it leans on.
/// </summary>
internal static class Antecedents
{
    private const int LongestOpener = 16;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = (
        "he she it they we this that these those his her its their such both former latter however therefore thus moreover furthermore "
        + "also consequently hence instead similarly likewise additionally otherwise nevertheless nonetheless meanwhile but and so yet then "
        + "accordingly conversely").Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>For each of the <paramref name="live"/> units the index in <paramref name="live"/> it leans on, or -1.</summary>
    public static int[] Find(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        var leansOn = new int[live.Length];
        var leadIn = -1;
        for (var i = 0; i < live.Length; i++)
        {
            var unit = units[live[i]];
            var text = context.Slice(unit.Start, unit.Length);
            var opensItem = live[i] > 0 && units[live[i] - 1].Kind == UnitKind.Marker;
            var insideItem = i > 0 && units[live[i - 1]].Paragraph == unit.Paragraph && leadIn >= 0;
            leansOn[i] = -1;
            if (opensItem)
            {
                if (i > 0 && context[units[live[i - 1]].End - 1] == ':')
                    leadIn = i - 1;
                leansOn[i] = leadIn;
                continue;
            }

            if (!insideItem)
                leadIn = -1;
            if (i > 0 && units[live[i - 1]].Paragraph == unit.Paragraph && OpensWithReference(text))
                leansOn[i] = i - 1;
        }

        return leansOn;
    }

    private static bool OpensWithReference(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && end < LongestOpener && char.IsAsciiLetter(text[end]))
            end++;
        Span<char> lower = stackalloc char[LongestOpener];
        text[..end].ToLowerInvariant(lower);
        return Openers.Contains(lower[..end]);
    }
}
