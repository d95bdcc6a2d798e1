using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Which sentence a sentence leans on: one that opens with a pronoun or a connective on the one before it, a list item on the
/// line that introduces its list. A kept sentence lends part of its score to the sentence it leans on, and a rule all of its own to the
/// exception that follows it ("However, not abroad."): without that it would be another rule.
/// </summary>
internal static partial class Antecedents
{
    private const int LongestOpener = 16;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = (
        "he she it they we this that these those his her its their such both former latter however therefore thus moreover furthermore "
        + "also consequently hence instead similarly likewise additionally otherwise nevertheless nonetheless meanwhile but and so yet then "
        + "accordingly conversely").Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Exceptions = (
        "however but otherwise conversely except excepting excluding unless nevertheless nonetheless yet exception exceptions "
        + "jedoch allerdings aber sonst andernfalls ausgenommen außer dennoch trotzdem hingegen toutefois cependant mais sauf sinon pero salvo excepto "
        + "tuttavia però eccetto altrimenti porém contudo mas exceto echter maar tenzij behalve").Split(' ').ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

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
            if (i > 0 && units[live[i - 1]].Paragraph == unit.Paragraph && (OpensWith(text, Openers) || OpensWith(text, Exceptions)))
                leansOn[i] = i - 1;
        }

        return leansOn;
    }

    /// <summary>Which of the <paramref name="live"/> units are exceptions to the one before: in its paragraph, or opening the next one or the next item of a list.</summary>
    public static bool[] Exceptional(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        var exceptional = new bool[live.Length];
        for (var i = 1; i < live.Length; i++)
        {
            var unit = units[live[i]];
            // Under another heading, or after a table, it is an exception to something else.
            exceptional[i] = units[live[i - 1]].Section == unit.Section && !HasStructure(units[live[i - 1]..live[i]])
                && context.Slice(unit.Start, unit.Length) is var text && (OpensWith(text, Exceptions) || ExceptionClause().IsMatch(text));
        }

        return exceptional;
    }

    /// <summary>Raises each exception to the score of its rule.</summary>
    public static void LendToExceptions(double[] scores, bool[] exceptional)
    {
        for (var i = 1; i < scores.Length; i++)
        {
            if (exceptional[i])
                scores[i] = Math.Max(scores[i], scores[i - 1]);
        }
    }

    /// <summary>Keeps the exceptions of kept rules too, wherever the budget ended.</summary>
    public static void KeepExceptions(bool[] kept, bool[] exceptional)
    {
        for (var i = 1; i < kept.Length; i++)
            kept[i] |= exceptional[i] && kept[i - 1];
    }

    // Words that open other sentences as well, with what makes an exception of them.
    [GeneratedRegex(
        @"^(?:notwithstanding|subject to|save (?:as|for|that|where|in)|provided(?:,? (?:that|however))|only (?:if|when|where|with|for|after|before|on)|not (?:on|for|if|when|where|in|applicable|included|valid)"
        + @"|(?:this|that|these|it|they|the (?:above|foregoing|same))(?: (?:rule|right|provision|offer|limit)s?)? (?:excludes?|(?:is|are) (?:void|excluded)|(?:does|do|shall|will) not (?:apply|include|extend|cover))"
        + @"|ungeachtet|vorbehaltlich|(?:dies|das) gilt nicht|nur (?:wenn|bei|mit|für)|nicht (?:bei|für)|nonobstant|sous réserve|uniquement (?:si|pour)|cel[ai] ne s'applique pas|no obstante|siempre que|s[oó]lo (?:si|para)|esto no se aplica)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExceptionClause();

    private static bool HasStructure(ReadOnlySpan<ContextUnit> units)
    {
        foreach (var unit in units)
        {
            if (unit.Kind == UnitKind.Structure)
                return true;
        }

        return false;
    }

    private static bool OpensWith(ReadOnlySpan<char> text, FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> openers)
    {
        var end = 0;
        while (end < text.Length && end < LongestOpener && char.IsLetter(text[end]))
            end++;
        Span<char> lower = stackalloc char[LongestOpener];
        text[..end].ToLowerInvariant(lower);
        return openers.Contains(lower[..end]);
    }
}
