namespace OrleansLlm.Core.Caching;

/// <summary>
/// How many of a thing are spoken of: "all employees", "some employees", "few employees". To every other rule these are function words. Only two
/// quantifiers of the same noun are held against each other: "what are some good books" is "what are good books".
/// </summary>
internal static class Quantifiers
{
    // "some of the good old books"
    private const int Reach = 5;

    private static readonly Dictionary<string, char> s_of = new(StringComparer.Ordinal)
    {
        ["all"] = 'a', ["every"] = 'a', ["each"] = 'a', ["both"] = 'b', ["either"] = 'e', ["neither"] = 'n', ["most"] = 'm', ["some"] = 's', ["any"] = 's', ["several"] = 's',
        ["few"] = 'f', ["little"] = 'f', ["many"] = 'l', ["much"] = 'l',
    };

    /// <summary>Whether some noun of both has another quantifier in each.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b)
    {
        foreach (var (noun, quantifier) in a.Quantifiers)
        {
            if (b.Quantifiers.TryGetValue(noun, out var other) && other != quantifier)
                return true;
        }

        return false;
    }

    /// <summary>The quantified words by their stem.</summary>
    public static Dictionary<string, char> Read(List<QuestionToken> tokens)
    {
        var found = new Dictionary<string, char>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!s_of.TryGetValue(tokens[i].Lower, out var quantifier) || Noun(tokens, i + 1) is not { } noun || (quantifier == 'm' && !IsOfMany(tokens, i + 1)))
                continue;
            var previous = i > 0 ? tokens[i - 1].Lower : string.Empty;
            // "so many" is said of some and of most; "little notes" are small.
            if (previous is "so" || (tokens[i].Lower is "little" && IsOfMany(tokens, i + 1)))
                continue;
            // "one of several threads" is one.
            if (i > 1 && previous is "of" && tokens[i - 2].Lower is "one")
                quantifier = '1';
            // "every other month" is half of them.
            if (tokens[i].Lower is "every" && tokens[i + 1].Lower is "other")
                quantifier = 'o';
            // "few" is hardly any; "a few" and "the few" are some.
            found[noun] = quantifier == 'f' && previous is "a" or "the" or "last" or "next" or "past" ? 's' : quantifier;
        }

        return found;
    }

    // "most banks", and not "most expensive".
    private static bool IsOfMany(List<QuestionToken> tokens, int at) => at < tokens.Count && (tokens[at].Lower is "of" or "people" || tokens[at].Lower.EndsWith('s'));

    private static string? Noun(List<QuestionToken> tokens, int from)
    {
        for (var i = from; i < Math.Min(tokens.Count, from + Reach); i++)
        {
            if (tokens[i].Kind == TokenKind.Word && !Words.Function.Contains(tokens[i].Lower))
                return tokens[i].Stem;
        }

        return null;
    }
}
