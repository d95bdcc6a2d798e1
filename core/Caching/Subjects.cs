namespace OrleansLlm.Core.Caching;

/// <summary>
/// Who acts, where English tells it by word order alone: "who sued Apple" and "who did Apple sue", "can I sue my neighbour" and "can my neighbour
/// sue me". The subject stands behind the first auxiliary; where a question word has none, it is what is asked for.
/// </summary>
internal static class Subjects
{
    private const int Slack = 1;
    private const string Speaker = "(speaker)";

    private static readonly HashSet<string> Auxiliaries =
        ["do", "does", "did", "can", "could", "may", "might", "must", "should", "would", "will", "shall", "has", "have", "had"];

    private static readonly HashSet<string> Copulas = ["is", "are", "was", "were", "am"];
    private static readonly HashSet<string> Asking = ["who", "whom", "what", "which"];
    private static readonly HashSet<string> Adverbial = ["how", "when", "where", "why"];
    private static readonly HashSet<string> Passive = ["be", "been", "being"];

    private enum Form
    {
        Asked,
        YesNo,
        Plural,
        Singular,
        Adverbial,
    }

    /// <summary>Whether the subject of one is in the other, but not as its subject, and the same words stand about them.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b, PairAlignment alignment)
    {
        // A verb may be another form of itself that no stemmer knows: "wrote" and "write".
        if (alignment.OnlyA.Count > Slack || alignment.OnlyB.Count > Slack || Of(a) is not { } x || Of(b) is not { } y || x.Form != y.Form)
            return false;
        // "are roses flowers" asks of kinds; a single thing may stand before or behind what belongs to it ("Hoffman's theory").
        if (x.Form == Form.Singular && x.Thing != Speaker && y.Thing != Speaker)
            return false;
        // "how can improve my English"
        if ((x.Thing == Speaker && !y.IsNoun) || (y.Thing == Speaker && !x.IsNoun))
            return false;
        if (x.Thing is null || y.Thing is null)
            return x.Thing != y.Thing && (x.IsByDo || y.IsByDo) && Has(x.Thing is null ? a : b, (x.Thing ?? y.Thing)!);
        return x.Thing != y.Thing && Has(a, y.Thing) && Has(b, x.Thing);
    }

    private static Subject? Of(QuestionProfile profile)
    {
        var tokens = profile.Tokens;
        if (tokens.Count == 0 || tokens.Exists(static t => Passive.Contains(t.Lower) || t.Lower is "and" or "or"))
            return null;
        var first = tokens[0].Lower;
        if (Auxiliaries.Contains(first))
            return Behind(profile, 0, Form.YesNo);
        if (Copulas.Contains(first))
            return Behind(profile, 0, first is "are" or "were" ? Form.Plural : Form.Singular);
        if (Adverbial.Contains(first))
            return tokens.Count > 1 && Auxiliaries.Contains(tokens[1].Lower) ? Behind(profile, 1, Form.Adverbial) : null;
        if (!Asking.Contains(first))
            return null;
        for (var i = 1; i < tokens.Count; i++)
        {
            var word = tokens[i].Lower;
            if (Auxiliaries.Contains(word))
                return Behind(profile, i, Form.Asked);
            // A copula's two sides may change their places.
            if (Copulas.Contains(word) || word is "to" or "i" or "we" or "you" or "he" or "she" or "they" or "it")
                return null;
            // The noun of "which functions" and one word more, which is the verb.
            if (i > 2 || (i == 1 && first is "who" or "what" && IsContent(profile, tokens[1])))
                return new Subject(null, false, true, Form.Asked);
        }

        return null;
    }

    // Null where what stands there is nobody in particular ("you", "there", "it").
    private static Subject? Behind(QuestionProfile profile, int auxiliary, Form form)
    {
        for (var i = auxiliary + 1; i < profile.Tokens.Count; i++)
        {
            var token = profile.Tokens[i];
            var thing = IsContent(profile, token) ? token.Stem : token.Lower is "i" or "we" ? Speaker : null;
            if (thing is not null)
                return new Subject(thing, profile.Tokens[auxiliary].Lower is "do" or "does" or "did", i > auxiliary + 1 || profile.Entities.Contains(token) || token.Lower.EndsWith('s'), form);
            if (!(token.Lower is "a" or "an" or "the" or "my" or "our" or "your" or "his" or "her" or "their" or "its" || Quantifies(token.Lower)))
                return null;
        }

        return null;
    }

    private static bool Quantifies(string word) => word is "all" or "every" or "each" or "any" or "some" or "both" or "most" or "many";

    private static bool Has(QuestionProfile profile, string thing) => thing == Speaker
        ? profile.Tokens.Exists(static t => t.Lower is "i" or "we" or "me" or "us" or "my" or "our")
        : profile.Tokens.Exists(t => t.Stem == thing);

    private static bool IsContent(QuestionProfile profile, QuestionToken token) => profile.Content.Contains(token);

    /// <param name="Thing">A stem; null for what is asked for.</param>
    /// <param name="IsByDo">Whether "do" stands before it, which never stands before a verb's own subject that is asked for.</param>
    /// <param name="IsNoun">Whether an article, a plural or a capital shows it to be one.</param>
    /// <param name="Form">Only questions of one form are alike enough to be compared.</param>
    private readonly record struct Subject(string? Thing, bool IsByDo, bool IsNoun, Form Form);
}
