namespace OrleansLlm.Core.Caching;

/// <summary>Which words of one question have their like in another.</summary>
internal static class WordMatching
{
    private const int MinimumLengthForTypos = 6;

    /// <summary>
    /// The tokens of <paramref name="words"/> without a like among <paramref name="others"/>: the same stem, one typing error in a long
    /// word, or the words written together or apart ("log in", "login").
    /// </summary>
    public static List<QuestionToken> Unmatched(List<QuestionToken> words, List<QuestionToken> others)
    {
        var unmatched = new List<QuestionToken>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!HasLike(words[i], others) && !Compounds(words[i].Lower, others) && !PartOfCompound(words, i, others))
                unmatched.Add(words[i]);
        }

        return unmatched;
    }

    /// <summary>True for one insertion, deletion, substitution or swap of neighbours.</summary>
    internal static bool WithinOneEdit(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length > b.Length)
            return WithinOneEdit(b, a);
        if (b.Length - a.Length > 1)
            return false;
        var start = a.CommonPrefixLength(b);
        a = a[start..];
        b = b[start..];
        if (a.Length < b.Length)
            return a.SequenceEqual(b[1..]);
        if (a.Length <= 1)
            return true;
        return a[1..].SequenceEqual(b[1..]) || (a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..]));
    }

    private static bool HasLike(QuestionToken word, List<QuestionToken> others)
    {
        foreach (var other in others)
        {
            if (word.Stem == other.Stem || MayBeTypo(word, other))
                return true;
        }

        return false;
    }

    // A word that some list knows is meant as it is written: "debit" is no misspelt "credit".
    private static bool MayBeTypo(QuestionToken a, QuestionToken b) =>
        Math.Min(a.Stem.Length, b.Stem.Length) >= MinimumLengthForTypos && a.Stem[0] == b.Stem[0] && WithinOneEdit(a.Stem, b.Stem)
        && !(IsIdentifier(a.Surface) && IsIdentifier(b.Surface))
        && !(Contrasts.Knows(a.Stem) && Contrasts.Knows(b.Stem)) && !(Places.Of(a, default) is not null && Places.Of(b, default) is not null);

    // "getElementById" and "getElementsById"
    private static bool IsIdentifier(string surface) => char.IsAsciiLetterLower(surface[0]) && surface.AsSpan().ContainsAnyInRange('A', 'Z');

    private static bool Compounds(string word, List<QuestionToken> others)
    {
        for (var i = 1; i < others.Count; i++)
        {
            if (Joins(word, others[i - 1].Lower, others[i].Lower))
                return true;
        }

        return false;
    }

    private static bool PartOfCompound(List<QuestionToken> words, int at, List<QuestionToken> others)
    {
        foreach (var other in others)
        {
            if ((at > 0 && Joins(other.Lower, words[at - 1].Lower, words[at].Lower))
                || (at + 1 < words.Count && Joins(other.Lower, words[at].Lower, words[at + 1].Lower)))
                return true;
        }

        return false;
    }

    private static bool Joins(string whole, string head, string tail) =>
        whole.Length == head.Length + tail.Length && whole.StartsWith(head, StringComparison.Ordinal) && whole.EndsWith(tail, StringComparison.Ordinal);
}
