namespace OrleansLlm.Core.Caching;

/// <summary>
/// Two things that have changed their places about a word between them: "celsius to fahrenheit" and "fahrenheit to celsius", "the tenant sues the
/// owner" and "the owner sues the tenant". The same words, another question; encoders of this size do not see it (word swaps of PAWS:
/// AUC .50). A clause that moved as a whole leaves its words about it as they were.
/// </summary>
internal static class SwappedRoles
{
    private const int LongestMiddle = 5;
    private const int LongestThing = 2;
    private const string Article = "the";

    // Who acts and who is acted upon is one person in two cases.
    private const string Speaker = "(speaker)";

    private static readonly HashSet<string> Articles = ["a", "an", "the", "my", "your", "our", "his", "her", "their", "its", "this", "that", "these", "those"];
    private static readonly HashSet<string> Joining = ["and", "or", "vs", "versus", "nor"];
    private static readonly string[] Prepositions = ["per", "than", "into", "onto", "against", "with"];
    private static readonly string[] Directions = ["from", "to"];

    /// <summary>Whether the two questions hold such a swap.</summary>
    public static bool Exist(QuestionProfile a, QuestionProfile b)
    {
        var (x, y) = (Words(a), Words(b));
        return ChangedPlaces(x, y) || ChangedDirection(x, y) || ChangedPlaces(Bare(x), Bare(y));
    }

    /// <summary>Whether what one preposition governs stands elsewhere in the other question, and the other way about: "grams of sugar per litre of cola", "litres of cola per gram of sugar".</summary>
    public static bool ExistBehindPrepositions(QuestionProfile a, QuestionProfile b)
    {
        var (x, y) = (Words(a), Words(b));
        foreach (var preposition in Prepositions)
        {
            if (Governed(x, preposition) is { } thing && Governed(y, preposition) is { } other && thing != other
                && Array.IndexOf(y, thing) >= 0 && Array.IndexOf(x, other) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether questions of the same words have another thing before or behind the verb, or as the owner of another.</summary>
    public static bool ExistAmongOwners(QuestionProfile a, QuestionProfile b) => ChangedPlaces(Content(a), Content(b)) || OwnersDiffer(a, b) || ExistBehindOf(a, b);

    /// <summary>Whether two words that stand side by side have changed places: a house boat is no boat house. For questions of equal words.</summary>
    public static bool ExistSideBySide(QuestionProfile a, QuestionProfile b)
    {
        var (x, y) = (Words(a), Words(b));
        for (var i = 0; i < x.Length - 1; i++)
        {
            if (x[i] == x[i + 1] || !IsThing(x.AsSpan(i, 2)) || Follows(x, x[i + 1], x[i]))
                continue;
            if (Follows(y, x[i + 1], x[i]) && !Follows(y, x[i], x[i + 1]))
                return true;
        }

        return false;
    }

    private static bool Follows(string[] words, string first, string second)
    {
        for (var i = 0; i < words.Length - 1; i++)
        {
            if (words[i] == first && words[i + 1] == second)
                return true;
        }

        return false;
    }

    // "Can a friend of my landlord enter my flat", "can my landlord enter a friend of my flat"
    private static bool ExistBehindOf(QuestionProfile a, QuestionProfile b)
    {
        var (x, y) = (Words(a), Words(b));
        var (i, j) = (Array.IndexOf(x, "of"), Array.IndexOf(y, "of"));
        return i > 0 && j > 0 && x[i - 1] == y[j - 1] && i + 2 < x.Length && j + 2 < y.Length && x[i + 2] != y[j + 2]
            && Owner(x, i) is { } owner && Owner(y, j) is { } other && owner != other
            && Array.IndexOf(y, owner) >= 0 && Array.IndexOf(x, other) >= 0;
    }

    // "Our tenant's policy", "our tenant's warehouse"
    private static bool OwnersDiffer(QuestionProfile a, QuestionProfile b) => OwnedIn(a) is { } owned && OwnedIn(b) is { } other && owned != other;

    // Owner and owned of the first possessive that is no "what's"; null without any.
    private static (string Owner, string Owned)? OwnedIn(QuestionProfile profile)
    {
        var tokens = profile.Tokens;
        for (var i = 0; i < tokens.Count - 1; i++)
        {
            if (tokens[i].Possessive && !Caching.Words.Function.Contains(tokens[i].Lower) && !Caching.Words.Function.Contains(tokens[i + 1].Lower))
                return (tokens[i].Stem, tokens[i + 1].Stem);
        }

        return null;
    }

    // "A holiday falls on my day off", "my day off falls on a holiday": function words aside.
    private static string[] Content(QuestionProfile profile) => [.. profile.Content.Select(static t => t.Stem)];

    // The last word of "of the new tablet"; null without an article, or where there are several.
    private static string? Owner(string[] words, int of)
    {
        if (words[of + 1] != Article || Array.IndexOf(words, "of", of + 1) >= 0)
            return null;
        var last = of + 2;
        while (last + 1 < words.Length && !Caching.Words.Function.Contains(words[last + 1]))
            last++;
        return words[last];
    }

    // Null where it stands more than once.
    private static string? Governed(string[] words, string preposition)
    {
        var at = Array.IndexOf(words, preposition);
        return at >= 0 && Array.IndexOf(words, preposition, at + 1) < 0 && Thing(words, at) is { } thing && !Caching.Words.Function.Contains(thing) ? thing : null;
    }

    // "into my bank" is as far from its preposition as "into PayPal".
    private static string[] Bare(string[] words) => [.. words.Where(static w => w != Article)];

    /// <summary>The words that order is told by: inflections folded, articles and possessives all one.</summary>
    private static string[] Words(QuestionProfile profile)
    {
        // Where letters are names of things, "a" is one as well.
        var letters = profile.Tokens.Exists(static t => t is { Kind: TokenKind.Word, Lower: [not ('a' or 'i')] });
        return [.. profile.Tokens.Select(t => letters && t.Lower is "a" ? t.Lower : Articles.Contains(t.Lower) ? Article : t.Lower is "i" or "me" or "we" or "us" ? Speaker : t.Stem)];
    }

    private static bool ChangedPlaces(string[] x, string[] y)
    {
        if (x.AsSpan().SequenceEqual(y))
            return false;
        for (var i = 1; i < x.Length - 1; i++)
        {
            for (var j = 1; j < y.Length - 1; j++)
            {
                for (var length = 1; length <= LongestMiddle && i + length < x.Length && j + length < y.Length && x[i + length - 1] == y[j + length - 1]; length++)
                {
                    if (AreSwapped(x, i, y, j, length) && !IsSymmetric(x.AsSpan(i, length)))
                        return true;
                }
            }
        }

        return false;
    }

    // first MIDDLE second on one side, second MIDDLE first on the other; the middle begins at i and at j.
    private static bool AreSwapped(string[] x, int i, string[] y, int j, int middle)
    {
        for (var first = 1; first <= LongestThing; first++)
        {
            for (var second = 1; second <= LongestThing; second++)
            {
                var (xEnd, yEnd) = (i + middle + second, j + middle + first);
                if (i < first || j < second || xEnd > x.Length || yEnd > y.Length)
                    continue;
                var one = x.AsSpan(i - first, first);
                var other = x.AsSpan(i + middle, second);
                // "an ideal gas and a real gas"
                if (middle > 1 && Joining.Contains(x[i + 1]) && xEnd < x.Length && x[xEnd] == x[i])
                    continue;
                if (IsThing(one) && IsThing(other) && !one.SequenceEqual(other)
                    && one.SequenceEqual(y.AsSpan(j + middle, first)) && other.SequenceEqual(y.AsSpan(j - second, second)))
                    return true;
            }
        }

        return false;
    }

    private static bool IsThing(ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (word == Article || (word.Length > 1 && Caching.Words.Function.Contains(word)))
                return false;
        }

        return true;
    }

    private static bool IsSymmetric(ReadOnlySpan<string> middle) => Joining.Contains(middle[0]) && middle[1..].IndexOfAnyExcept(Article) < 0;

    // What one comes from the other goes to.
    private static bool ChangedDirection(string[] x, string[] y)
    {
        foreach (var direction in Directions)
        {
            var opposite = direction == Directions[0] ? Directions[1] : Directions[0];
            for (var i = 0; i < x.Length; i++)
            {
                if (x[i] == direction && Thing(x, i) is { } thing && !Has(y, direction, thing) && Has(y, opposite, thing) && !Has(x, opposite, thing))
                    return true;
            }
        }

        return false;
    }

    private static bool Has(string[] words, string direction, string thing)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == direction && Thing(words, i) == thing)
                return true;
        }

        return false;
    }

    private static string? Thing(string[] words, int preposition)
    {
        var at = preposition + 1;
        while (at < words.Length && words[at] == Article)
            at++;
        return at < words.Length ? words[at] : null;
    }
}
