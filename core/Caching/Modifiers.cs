namespace OrleansLlm.Core.Caching;

/// <summary>
/// Words that make of a thing another one, and not one kind of it (privative adjectives, and adverbs like them): a former president is none, a great grandfather is no
/// grandfather, and who nearly finished did not. Other words that one side has in addition may go without saying.
/// </summary>
internal static class Modifiers
{
    private static readonly HashSet<string> Privative =
        ["former", "ex", "vice", "deputy", "assistant", "fake", "counterfeit", "mock", "pseudo", "alleged", "attempted", "semi", "quasi", "sub", "step", "half"];

    /// <summary>Whether such a word is all that one side has beyond the other.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b, PairAlignment pair) => IsAll(a, pair.OnlyA, pair.OnlyB) || IsAll(b, pair.OnlyB, pair.OnlyA);

    /// <summary>Whether one says "only" of another thing: "share a file with only my team", "share only a file with my team"; "only a vet can", "a vet can only".</summary>
    public static bool FocusDiffers(QuestionProfile a, QuestionProfile b) =>
        FocusOf(a) is { } focus && FocusOf(b) is { } other && focus.Thing != other.Thing
        && ((focus.IsNamed && other.IsNamed) || IsOfOneBefore(focus, b) || IsOfOneBefore(other, a));

    // What one says "only" of stands before the other's "only", and not as the verb right before it: "only works in Europe" is "works only in Europe". A condition may.
    private static bool IsOfOneBefore((string Thing, bool IsNamed) focus, QuestionProfile other)
    {
        var only = other.Tokens.FindIndex(static t => t.Lower is "only");
        var at = other.Tokens.FindIndex(t => t.Stem == focus.Thing);
        // "return it only with a receipt"
        while (only > 0 && other.Tokens[only - 1].Lower is "it" or "them" or "this" or "that" or "him" or "her" or "me" or "us")
            only--;
        return at >= 0 && (at < only - 1 || (at == only - 1 && focus.Thing is "if" or "when"));
    }

    // The word that it is said of; whether an article or an owner says that this is a thing.
    private static (string Thing, bool IsNamed)? FocusOf(QuestionProfile profile)
    {
        var first = profile.Tokens.FindIndex(static t => t.Lower is "only") + 1;
        var at = first;
        while (at > 0 && at < profile.Tokens.Count && profile.Tokens[at].Lower is "a" or "an" or "the" or "my" or "our" or "your" or "his" or "her" or "their")
            at++;
        return first > 0 && at < profile.Tokens.Count ? (profile.Tokens[at].Stem, at > first) : null;
    }

    private static bool IsAll(QuestionProfile profile, List<QuestionToken> words, List<QuestionToken> others)
    {
        if (others.Count > 0 || words.Count != 1)
            return false;
        var next = profile.Tokens.IndexOf(words[0]) + 1;
        var following = next < profile.Tokens.Count ? profile.Tokens[next] : default;
        return words[0].Lower switch
        {
            // "almost all" is most of them.
            "almost" or "nearly" => following.Kind == TokenKind.Word && following.Lower is not (null or "all" or "every" or "everyone" or "everything" or "any" or "no" or "always"),
            "great" => following.Lower?.StartsWith("grand", StringComparison.Ordinal) is true,
            var word => Privative.Contains(word),
        };
    }
}
