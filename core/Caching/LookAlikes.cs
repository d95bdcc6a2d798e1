using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Words that share most of their letters and are no forms of one word: "prednisone" and "prednisolone", "quinine" and "quinidine". Synonyms do not look alike;
/// what does is another thing, or more of a misspelling than one letter. Sentence encoders cut such names into the same pieces but for one.
/// </summary>
internal static class LookAlikes
{
    private const int ShortestWord = 6;
    private const int ShortestRoot = 5;
    private const int ShortestPrefixed = 4;
    private const double MostLetters = 0.6;

    // Each row is one meaning.
    private static readonly FrozenDictionary<string, int> Prefixes = Words.Rows(
        "un in im ir il dis non en em", "pre ante", "post", "over", "under", "up", "down", "hyper", "hypo", "macro", "micro", "inter", "intra", "intro", "extra extro", "ex e",
        "mono uni", "bi di du", "tri", "multi poly", "semi hemi", "anti", "pro", "sub", "super", "mater", "pater", "fore", "out", "mega", "giga", "kilo", "milli", "centi", "nano", "homo", "hetero", "endo", "exo",
        "de", "re", "mis", "co", "trans", "tele", "suc", "ad", "as", "ab", "per", "con", "com", "self");

    // What English hangs on a root to make another form or part of speech of it.
    private static readonly HashSet<string> Endings = [.. (
        "e s es d ed er ers or ors r est ing ings ion ions ation ations ition itions tion tions sion cy tly ature is ational ement ancies encies ential antial cial ment ments ance ances ence ences ancy ency ant ants ent ents "
        + "able ible ably ibly ability ibility al als ally ial ially ic ical ically ics ive ively ity ities y ly ily ies ness ful fully ous ious us ously ism ist ists istic "
        + "ize izes izing ized izer ization ise ises ising ised isation t ted ten en ren n an ian ians ish ese th ship ships hood age ages ure ures ate ates ated ating "
        + "ator ators ary ory ier iest ied ying a ison").Split(' '), string.Empty];

    /// <summary>Whether one of the words looks like one of the others and is another.</summary>
    public static bool Exist(List<QuestionToken> words, List<QuestionToken> others) => words.Exists(w => others.Exists(o => AreAlike(w, o)));

    /// <summary>"differ" and "difference", "quickly" and "quickest".</summary>
    public static bool AreForms(string a, string b)
    {
        for (var root = a.AsSpan().CommonPrefixLength(b); root >= ShortestRoot; root--)
        {
            if (Endings.Contains(a[root..]) && Endings.Contains(b[root..]))
                return true;
        }

        return false;
    }

    /// <summary>"prenatal" and "postnatal", "immigrate" and "emigrate": one root behind two prefixes, which never mean the same but where they negate.</summary>
    public static bool ArePrefixed(string a, string b)
    {
        var shorter = Math.Min(a.Length, b.Length);
        var root = 0;
        while (root < shorter && a[^(root + 1)] == b[^(root + 1)])
            root++;
        var prefixes = Prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        // The first letters of what they share may belong to the prefixes.
        for (; root >= ShortestPrefixed; root--)
        {
            // "Affect" and "effect" have the same ending by chance.
            var isByChance = shorter - root < 2 && root < ShortestWord;
            if (shorter > root && !isByChance && prefixes.TryGetValue(a.AsSpan(..^root), out var one) && prefixes.TryGetValue(b.AsSpan(..^root), out var other))
                return one != other;
        }

        return false;
    }

    private static bool AreAlike(QuestionToken a, QuestionToken b)
    {
        // "ano" and "año" are one word to models that drop accents.
        if (WithoutAccents(a.Lower) == WithoutAccents(b.Lower))
            return true;
        if (Math.Min(a.Lower.Length, b.Lower.Length) < ShortestWord || AreForms(a.Lower, b.Lower) || Places.Of(a, default) is { } place && place == Places.Of(b, default))
            return false;
        // One letter may be a slip.
        if (WordMatching.WithinOneEdit(a.Lower, b.Lower))
            return false;
        var head = a.Lower.AsSpan().CommonPrefixLength(b.Lower);
        var tail = 0;
        while (tail < Math.Min(a.Lower.Length, b.Lower.Length) - head && a.Lower[^(tail + 1)] == b.Lower[^(tail + 1)])
            tail++;
        return head > 1 && head + tail >= MostLetters * Math.Max(a.Lower.Length, b.Lower.Length);
    }

    private static string WithoutAccents(string word)
    {
        if (Ascii.IsValid(word))
            return word;
        var plain = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            if (char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                plain.Append(LatinComposition.BaseOf(c));
        }

        return plain.ToString();
    }
}
