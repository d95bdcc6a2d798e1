namespace OrleansLlm.Core.Caching;

/// <summary>How one clause or thing bears on another: as a condition, in spite of it, because of it, in its place. "Provided that I have a permit" is not "although I have one".</summary>
internal static class Connectives
{
    private static readonly Dictionary<string, char> s_words = new(StringComparer.Ordinal)
    {
        ["provided"] = 'i', ["providing"] = 'i', ["assuming"] = 'i', ["if"] = 'i',
        ["although"] = 'a', ["though"] = 'a', ["despite"] = 'a', ["notwithstanding"] = 'a',
        ["because"] = 'c', ["lest"] = 'l',
    };

    // The last word of a phrase and those before it.
    private static readonly Dictionary<(string, string), char> s_phrases = new()
    {
        [("in", "case")] = 'l', [("due", "to")] = 'c',
        [("instead", "of")] = 's', [("rather", "than")] = 's', [("place", "of")] = 's', [("lieu", "of")] = 's',
        [("addition", "to")] = '+', [("well", "as")] = '+', [("along", "with")] = '+', [("together", "with")] = '+',
    };

    /// <summary>Whether each says how, and not the same.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b) => a.Connectives.Length > 0 && b.Connectives.Length > 0 && !a.Connectives.AsSpan().ContainsAny(b.Connectives);

    /// <summary>A letter for each.</summary>
    public static string Read(List<QuestionToken> tokens)
    {
        var found = string.Empty;
        for (var i = 0; i < tokens.Count; i++)
        {
            if ((i > 0 && s_phrases.TryGetValue((tokens[i - 1].Lower, tokens[i].Lower), out var meaning)) || s_words.TryGetValue(tokens[i].Lower, out meaning))
                found += meaning;
        }

        return found;
    }
}
