using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>Words whose full stop does not end a sentence, and words that usually open one.</summary>
internal static class Abbreviations
{
    private const int LongestWord = 16;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Never = Lookup(
        "dr mr mrs ms prof rev hon gen col lt sgt capt cmdr gov sen rep pres st mt ft fig figs eq eqs ref refs tab sec secs ch vol vols no nos "
        + "nr pp p para paras art arts cl app ed eds trans al vs v viz cf ca approx resp incl excl e.g i.e eg ie jan feb mar apr jun jul aug sep "
        + "sept oct nov dec mon tue tues wed thu thurs fri sat sun dept univ assn bros messrs");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Sometimes = Lookup(
        "inc ltd co corp llc plc jr sr etc a.m p.m u.s u.k u.n e.u d.c ph.d b.c a.d est min max hr hrs sq");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Opener = Lookup(
        "the a an in on at it he she they we you i this that these those there his her its their our however but and as if when while after "
        + "before since for from with by although because during such some many most all no not");

    /// <summary>Whether the full stop after <paramref name="word"/> belongs to the word, given the word that follows.</summary>
    /// <param name="word">Letters and inner dots before the stop, e.g. <c>U.S</c> or <c>Fig</c>.</param>
    /// <param name="next">The following word, or empty.</param>
    public static bool Covers(ReadOnlySpan<char> word, ReadOnlySpan<char> next)
    {
        if (word.Length is 0 or > LongestWord)
            return false;
        // An initial ("J. Smith"); "I" and "a" as last words are rarer than initials.
        if (word.Length == 1)
            return char.IsLetter(word[0]);
        Span<char> lower = stackalloc char[LongestWord];
        word.ToLowerInvariant(lower);
        lower = lower[..word.Length];
        if (Never.Contains(lower))
            return true;
        return (Sometimes.Contains(lower) || IsDottedCapitals(word)) && !OpensSentence(next);
    }

    /// <summary>Whether a sentence often opens with <paramref name="word"/>, which must be capitalised.</summary>
    public static bool OpensSentence(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > LongestWord || !char.IsUpper(word[0]))
            return false;
        Span<char> lower = stackalloc char[LongestWord];
        word.ToLowerInvariant(lower);
        return Opener.Contains(lower[..word.Length]);
    }

    private static bool IsDottedCapitals(ReadOnlySpan<char> word)
    {
        if (word.Length % 2 == 0)
            return false;
        for (var i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsUpper(word[i]) : word[i] != '.')
                return false;
        }

        return true;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
