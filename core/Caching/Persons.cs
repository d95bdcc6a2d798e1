using System.Text;

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
    public static bool Differ(QuestionProfile a, QuestionProfile b) => a.Persons.Length > 1 && b.Persons.Length > 1 && a.Persons != b.Persons;

    /// <summary>Whether who asks acts in one of two otherwise equal questions and is acted upon in the other: "damage I caused", "damage caused to me".</summary>
    public static bool ActDiffers(QuestionProfile a, QuestionProfile b) => (Acts(a) && IsActedUpon(b)) || (Acts(b) && IsActedUpon(a));

    private static bool Acts(QuestionProfile profile) =>
        profile.Tokens.Exists(static t => t.Lower is "i" or "we") && !profile.Tokens.Exists(static t => t.Lower is "me" or "us");

    // "is it possible for me to" and "let me" leave the act to who is named.
    private static bool IsActedUpon(QuestionProfile profile)
    {
        var tokens = profile.Tokens;
        var found = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Lower is "i" or "we" || (tokens[i].Lower is "me" or "us" && i > 0 && tokens[i - 1].Lower is "for" or "let" or "tell" or "help" or "show" or "give"))
                return false;
            found |= tokens[i].Lower is "me" || (tokens[i].Surface is "us");
        }

        return found;
    }

    /// <summary>The persons in their order, a letter each; whoever is named again right away is named once: "I forgot my password" is "my password".</summary>
    public static string Read(List<QuestionToken> tokens)
    {
        var found = new StringBuilder();
        foreach (var token in tokens)
        {
            var apostrophe = token.Lower.IndexOf('\'', StringComparison.Ordinal);
            // "US" is a country.
            if (token.Surface != "US" && s_of.TryGetValue(apostrophe < 0 ? token.Lower : token.Lower[..apostrophe], out var person) && (found.Length == 0 || found[^1] != person))
                found.Append(person);
        }

        return found.ToString();
    }
}
