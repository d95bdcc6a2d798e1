namespace OrleansLlm.Core.Caching;

/// <summary>
/// Who does what to whom, where two or more are spoken of: "my landlord enters your apartment" and "your landlord enters my apartment" have the same words
/// to every other rule, which takes possessives for articles and pronouns for none. One person alone says little: "my password" is "a password".
/// </summary>
internal static class Persons
{
    private static readonly Dictionary<string, char> s_of = new(StringComparer.Ordinal)
    {
        ["i"] = '1', ["me"] = '1', ["my"] = '1', ["mine"] = '1', ["myself"] = '1',
        ["we"] = '1', ["us"] = '1', ["our"] = '1', ["ours"] = '1', ["ourselves"] = '1',
        ["you"] = '2', ["your"] = '2', ["yours"] = '2', ["yourself"] = '2', ["yourselves"] = '2',
        ["he"] = 'm', ["him"] = 'm', ["his"] = 'm', ["himself"] = 'm',
        ["she"] = 'f', ["her"] = 'f', ["hers"] = 'f', ["herself"] = 'f',
        ["they"] = 'p', ["them"] = 'p', ["their"] = 'p', ["theirs"] = 'p', ["themselves"] = 'p',
    };

    /// <summary>Whether both questions speak of several persons, and not of the same ones in the same order.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b) => InOrder(a) is { Length: > 1 } x && InOrder(b) is { Length: > 1 } y && x != y;

    // Whoever is named again right away is named once: "I forgot my password" is "my password".
    private static string InOrder(QuestionProfile profile)
    {
        Span<char> found = stackalloc char[profile.Tokens.Count];
        var count = 0;
        foreach (var token in profile.Tokens)
        {
            var lower = token.Lower;
            var apostrophe = lower.IndexOf('\'', StringComparison.Ordinal);
            // "US" is a country.
            if (token.Surface != "US" && s_of.TryGetValue(apostrophe < 0 ? lower : lower[..apostrophe], out var person) && (count == 0 || found[count - 1] != person))
                found[count++] = person;
        }

        return found[..count].ToString();
    }
}
