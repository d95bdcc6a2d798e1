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
    public static bool ActDiffers(QuestionProfile a, QuestionProfile b) => (Acts(a) && IsActedUpon(b)) || (Acts(b) && IsActedUpon(a)) || TakesAnotherPart(a, b) || TakesAnotherPart(b, a);

    private static bool Acts(QuestionProfile profile) =>
        profile.Tokens.Exists(static t => t.Lower is "i" or "we") && !profile.Tokens.Exists(static t => t.Lower is "me" or "us");

    // "My dog bit a neighbour", "a neighbour's dog bit me"; "who viewed my profile", "whose profile I viewed".
    private static bool TakesAnotherPart(QuestionProfile a, QuestionProfile b)
    {
        // "someone has blocked me", "I have been blocked"
        if (IsPassive(a) || IsPassive(b))
            return false;
        var (x, y) = (PartsOf(a), PartsOf(b));
        return (y.Object > x.Object && (x.Subject > y.Subject || x.Owner > y.Owner)) || (y.Subject > 0 && x.Subject > y.Subject && y.Owner > x.Owner);
    }

    private static bool IsPassive(QuestionProfile profile) => profile.Tokens.Exists(static t => t.Lower is "be" or "been" or "being");

    private static (int Subject, int Object, int Owner) PartsOf(QuestionProfile profile)
    {
        var (subject, acted, owner) = (0, 0, 0);
        for (var i = 0; i < profile.Tokens.Count; i++)
        {
            var token = profile.Tokens[i];
            subject += token.Lower is "i" or "we" ? 1 : 0;
            owner += token.Lower is "my" or "our" ? 1 : 0;
            acted += (token.Lower is "me" || token.Surface is "us") && !(i > 0 && IsToServe(profile.Tokens[i - 1].Lower)) ? 1 : 0;
        }

        return (subject, acted, owner);
    }

    private static bool IsToServe(string word) => word is "for" or "let" or "tell" or "help" or "show" or "give";

    // "is it possible for me to" and "let me" leave the act to who is named.
    private static bool IsActedUpon(QuestionProfile profile)
    {
        var tokens = profile.Tokens;
        var found = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Lower is "i" or "we" || (tokens[i].Lower is "me" or "us" && i > 0 && IsToServe(tokens[i - 1].Lower)))
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
