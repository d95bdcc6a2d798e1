namespace OrleansLlm.Core.Caching;

/// <summary>
/// Whether who is spoken of acts or is acted upon, told by "be" before the verb: "can a judge sue", "can a judge be sued". The same thing must stand before the verb on both
/// sides: "how do you sue a judge" is how a judge is sued.
/// </summary>
internal static class Voices
{
    private const int SameRoot = 3;
    private const int LongestEnding = 3;

    // Participles that begin otherwise than their verb, by its stem.
    private static readonly Dictionary<string, string> s_irregular = Pairs(
        "paid pay sold sell told tell made make held hold kept keep left leav sent send built build lent lend bought buy brought bring caught catch taught teach fought fight found find won win "
        + "seen see shot shoot stolen steal chosen choos broken break torn tear worn wear sworn swear fed feed led lead met meet struck strik hung hang spoken speak woken wak bound bind fled flee lost los known know");

    private static readonly HashSet<string> Invariant = ["hit", "hurt", "cut", "beat", "bet", "cast", "split", "spread", "shut", "quit", "read", "let", "upset"];

    private static readonly HashSet<string> Be = ["be", "been", "being", "is", "are", "was", "were", "am", "i'm"];

    /// <summary>Whether a verb of both is in the passive voice in one alone.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b) => IsTurned(a, b) || IsTurned(b, a);

    private static bool IsTurned(QuestionProfile passive, QuestionProfile active)
    {
        var tokens = passive.Tokens;
        for (var i = 1; i < tokens.Count; i++)
        {
            if (!IsPassive(tokens, i))
                continue;
            for (var j = 1; j < active.Tokens.Count; j++)
            {
                if (AreForms(tokens[i], active.Tokens[j]) && IsActive(active.Tokens, j, tokens[i]) && FormsOfBe(tokens, i) > FormsOfBe(active.Tokens, j)
                    && Before(passive, i) is { } thing && thing == Before(active, j))
                    return true;
            }
        }

        return false;
    }

    private static bool IsPassive(List<QuestionToken> tokens, int verb)
    {
        var at = verb - 1;
        while (at >= 0 && tokens[at].Lower is "not" or "ever" or "never" or "also" or "still" or "really")
            at--;
        return at >= 0 && Be.Contains(tokens[at].Lower) && !tokens[verb].Lower.EndsWith("ing", StringComparison.Ordinal);
    }

    // "Notes left at the wall" are notes that are left there: only what stands before it tells that what looks like the participle is none.
    private static bool IsActive(List<QuestionToken> tokens, int verb, QuestionToken participle)
    {
        var (word, previous) = (tokens[verb].Lower, tokens[verb - 1].Lower);
        if (word.EndsWith("ing", StringComparison.Ordinal) || IsPassive(tokens, verb))
            return false;
        return word != participle.Lower || Invariant.Contains(word)
            || (word.EndsWith("ed", StringComparison.Ordinal) && (IsPronoun(previous) || previous is "have" or "has" or "had" or "i've" or "we've" or "they've"));
    }

    private static int FormsOfBe(List<QuestionToken> tokens, int end)
    {
        var count = 0;
        for (var i = 0; i < end; i++)
            count += Be.Contains(tokens[i].Lower) ? 1 : 0;
        return count;
    }

    private static bool IsPronoun(string word) => word is "i" or "we" or "you" or "he" or "she" or "they" or "who" or "one";

    /// <summary>Whether one may be the participle of the other.</summary>
    public static bool AreForms(QuestionToken a, QuestionToken b) =>
        a.Stem == b.Stem || s_irregular.GetValueOrDefault(a.Lower) == b.Stem
        || (a.Lower.Length - b.Lower.Length is >= 0 and <= LongestEnding && !Words.Function.Contains(b.Lower) && a.Lower.AsSpan().CommonPrefixLength(b.Lower) >= Math.Max(SameRoot, b.Lower.Length - 1));

    // The nearest word before the verb that names somebody.
    private static string? Before(QuestionProfile profile, int verb)
    {
        for (var i = verb - 1; i >= 0; i--)
        {
            var token = profile.Tokens[i];
            if (IsPronoun(token.Lower) || (token.Kind == TokenKind.Word && !Words.Function.Contains(token.Lower)))
                return token.Stem;
        }

        return null;
    }

    private static Dictionary<string, string> Pairs(string words) => words.Split(' ').Chunk(2).ToDictionary(static p => p[0], static p => p[1], StringComparer.Ordinal);
}
