using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// How a thing is tied to the rest, where a preposition says it: "a letter to the tenant", "by the tenant". Only two prepositions before the same word are held
/// against each other, and only where no user takes one for the other ("in", "on", "at", "of" and "for" say next to nothing in questions as they are asked).
/// </summary>
internal static class Relations
{
    private const string Ambiguous = "?";

    // Who dies with a disease may have died of another; elsewhere "with" stands for "by", "to", "from" and "about".
    private const string Besides = "(besides)";
    private const string At = "(at)";
    private const string Lasting = "(lasting)";
    private const string Inside = "(inside)";

    private static readonly FrozenSet<string> Dates = Words.Set("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday today");

    private static readonly Dictionary<string, string> s_none = [];

    private static readonly Dictionary<string, string> s_of = new(StringComparer.Ordinal)
    {
        ["by"] = "by", ["from"] = "by", ["through"] = "by", ["via"] = "by", ["to"] = "to", ["into"] = "to", ["onto"] = "to", ["against"] = "against",
        ["about"] = "about", ["regarding"] = "about", ["concerning"] = "about",
        ["before"] = "before", ["until"] = "until", ["till"] = "until", ["after"] = "after", ["once"] = "after", ["during"] = "during", ["while"] = "during",
        [Besides] = Besides, [At] = At, [Lasting] = Lasting, [Inside] = Inside, ["around"] = "around", ["outside"] = "outside", ["near"] = "near", ["off"] = "off",
    };

    /// <summary>Whether some word of both has another preposition in each.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b)
    {
        foreach (var (word, relation) in a.Relations)
        {
            if (b.Relations.TryGetValue(word, out var other) && other != relation && relation != Ambiguous && other != Ambiguous)
                return true;
        }

        return false;
    }

    /// <summary>The words behind a preposition, by their stem.</summary>
    public static Dictionary<string, string> Read(List<QuestionToken> tokens)
    {
        Dictionary<string, string>? found = null;
        for (var i = 0; i < tokens.Count - 1; i++)
        {
            if (!s_of.TryGetValue(Meant(tokens, i), out var relation) || Governed(tokens, i + 1) is not { } word)
                continue;
            found ??= new(StringComparer.Ordinal);
            if (!found.TryAdd(word, relation) && found[word] != relation)
                found[word] = Ambiguous;
        }

        return found ?? s_none;
    }

    private static string Meant(List<QuestionToken> tokens, int at)
    {
        var (previous, word, next) = (at > 0 ? tokens[at - 1].Lower : string.Empty, tokens[at].Lower, tokens[at + 1].Lower);
        return word switch
        {
            "with" when IsDying(previous) => Besides,
            "of" when IsDying(previous) => "by",
            // A date has a day before it and one after it.
            "in" or "on" when Dates.Contains(next) => At,
            "for" when IsTime(tokens, at + 1) => Lasting,
            "in" or "within" when IsTime(tokens, at + 1) => Inside,
            _ => word,
        };
    }

    private static bool IsDying(string word) => word is "die" or "dies" or "died" or "dying" or "death" or "deaths";

    // "A week"; with a number it is a quantity, whose bounds say the same.
    private static bool IsTime(List<QuestionToken> tokens, int at) =>
        at + 1 < tokens.Count && tokens[at].Lower is "a" or "an" && tokens[at + 1].Lower is "minute" or "hour" or "day" or "week" or "month" or "year" or "decade";

    private static string? Governed(List<QuestionToken> tokens, int at)
    {
        while (at < tokens.Count && tokens[at].Lower is "a" or "an" or "the" or "my" or "your" or "our" or "his" or "her" or "their" or "its")
            at++;
        return at < tokens.Count && tokens[at].Kind == TokenKind.Word && (!Words.Function.Contains(tokens[at].Lower) || tokens[at].Lower is "me" or "him" or "us" or "them") ? tokens[at].Stem : null;
    }
}
