namespace OrleansLlm.Core.Caching;

/// <summary>
/// The rules that no score overrules. Sentence encoders place "turn on" beside "turn off" and one year beside the next (design notes in
/// docs: the trap pairs of public sets reach cosine 0.9), so what can be told from the words is told from the words. A rule that
/// errs costs a hit; a rule that is missing costs a wrong answer.
/// </summary>
public static class MatchGuard
{
    // Below this share of common words the questions are worded too differently for a word-by-word rule to mean anything.
    private const double OtherwiseEqual = 0.5;

    private const int TemplateSlack = 2;

    // Three content words of four in common: fewer leave room for a rewording in which one word stands for another.
    private const double SameSentence = 0.7;

    private static readonly HashSet<string> Prefixes = ["un", "in", "im", "ir", "il", "dis", "non", "de", "anti", "mis", "counter"];

    private static readonly HashSet<string> Symmetric =
        ["difference", "different", "differ", "compare", "comparison", "versus", "vs", "between", "or", "and"];

    /// <summary>Checks two questions; the rule that forbids the match, or None.</summary>
    public static MatchGuardReason Check(QuestionProfile cached, QuestionProfile asked) => PairComparison.Of(cached, asked).Guard;

    internal static MatchGuardReason Check(
        QuestionProfile a, QuestionProfile b, PairAlignment alignment, MatchGuardReason quantities, bool negationEqual)
    {
        if (a.IsContentFree || b.IsContentFree)
            return MatchGuardReason.ContentFree;
        if (a.IsForeign || b.IsForeign || a.IsOtherLanguage || b.IsOtherLanguage)
            return MatchGuardReason.LanguageUnsupported;
        if (a.HasHiddenCharacters || b.HasHiddenCharacters)
            return MatchGuardReason.HiddenCharacters;
        if (LongWordDiffers(a, b) || LongWordDiffers(b, a))
            return MatchGuardReason.EntitiesDiffer;
        if (CaseDiffers(a, b) || CaseDiffers(b, a))
            return MatchGuardReason.CaseDiffers;
        if (quantities != MatchGuardReason.None)
            return quantities;
        if (a.Symbols != b.Symbols)
            return MatchGuardReason.SymbolsDiffer;
        if (Contrasts.Differ(a.Terms, b.Terms) || PrefixedOpposite(alignment.OnlyA, alignment.OnlyB))
            return MatchGuardReason.OppositesDiffer;
        if (!negationEqual && alignment.ContentOverlap >= OtherwiseEqual)
            return MatchGuardReason.NegationDiffers;
        if (PlacesDiffer(a, b) || EntitiesDiffer(alignment))
            return MatchGuardReason.EntitiesDiffer;
        if (OneWordDiffers(a, b, alignment) || LookAlikes.Exist(alignment.OnlyA, alignment.OnlyB) || Quantifiers.Differ(a, b)
            || (alignment.ContentOverlap >= OtherwiseEqual && Modality.Differ(a, b)))
            return MatchGuardReason.WordDiffers;
        var isReordered = Reordered(Numbers(a), Numbers(b)) || OrderDiffers(a, b, alignment) || SwappedRoles.Exist(a, b) || Persons.Differ(a, b)
            || (IsButForAWord(alignment) && Voices.Differ(a, b)) || (HaveEqualWords(alignment) && SwappedRoles.ExistSideBySide(a, b));
        if (isReordered)
            return MatchGuardReason.OrderDiffers;
        var isSaidOtherwise = FunctionWords.Differ(a, b) || (HaveEqualWords(alignment) && (Modality.TimesDiffer(a, b) || Modifiers.FocusDiffers(a, b)))
            || (IsButForAWord(alignment) && alignment.ContentOverlap >= OtherwiseEqual && LittleWordsDiffer(a, b, alignment));
        return isSaidOtherwise ? MatchGuardReason.WordDiffers : MatchGuardReason.None;
    }

    /// <summary>
    /// One content word swapped in an otherwise equal sentence. Real rewordings change more than that; a template filled in twice changes
    /// exactly that, and no list of opposites holds them all.
    /// </summary>
    private static bool OneWordDiffers(QuestionProfile a, QuestionProfile b, PairAlignment pair) =>
        pair.OnlyA.Count == 1 && pair.OnlyB.Count == 1
        && (pair.ContentOverlap >= SameSentence || (pair.ContentOverlap == 0 && IsOneTemplate(a.Tokens, b.Tokens)))
        && !LookAlikes.AreForms(pair.OnlyA[0].Lower, pair.OnlyB[0].Lower);

    private static bool IsButForAWord(PairAlignment pair) => pair.OnlyA.Count <= 1 && pair.OnlyB.Count <= 1;

    // "What does .gitignore do": nothing is said but of that word.
    private static bool IsOneTemplate(List<QuestionToken> a, List<QuestionToken> b)
    {
        var others = 0;
        for (var i = 0; i < a.Count && a.Count == b.Count && others < 2; i++)
            others += a[i].Lower == b[i].Lower ? 0 : 1;
        return a.Count == b.Count && others == 1;
    }

    private static bool HaveEqualWords(PairAlignment pair) => pair.OnlyA.Count == 0 && pair.OnlyB.Count == 0;

    // "stole" and "stolen"
    private static bool HaveForms(PairAlignment pair) =>
        pair.OnlyA is [var a] && pair.OnlyB is [var b] && (Voices.AreForms(a, b) || Voices.AreForms(b, a));

    private static bool LittleWordsDiffer(QuestionProfile a, QuestionProfile b, PairAlignment pair) =>
        Relations.Differ(a, b) || Modality.HabitsDiffer(a, b) || Connectives.Differ(a, b) || Degrees.Differ(a, b, pair) || Modifiers.Differ(a, b, pair) || PhrasalVerbs.Differ(a, b, pair);

    /// <summary>"US" on one side, and on the other only "us"; or what is quoted, in other capitals.</summary>
    private static bool CaseDiffers(QuestionProfile a, QuestionProfile b)
    {
        for (var i = 0; i < a.Tokens.Count; i++)
        {
            var token = a.Tokens[i];
            var isLetter = token.Surface is [>= 'A' and <= 'Z'] && IsName(a.Tokens, i);
            if (token.SentenceStart || !(isLetter || token.Quoted || CaseWords.CarriesMeaning(token.Surface)))
                continue;
            if (Holds(b, token.Lower) && !Holds(b, token.Surface) && !Holds(a, token.Lower))
                return true;
        }

        return false;
    }

    // The letter in "the key W" and "the O key"; "a key" is any, and "the key I lost" has a pronoun, which is in one case on both sides.
    private static bool IsName(List<QuestionToken> tokens, int at)
    {
        var (previous, next) = (at > 0 ? tokens[at - 1].Lower : string.Empty, at + 1 < tokens.Count ? tokens[at + 1].Lower : string.Empty);
        return CaseWords.AreNamedByLetter(previous)
            || (tokens[at].Surface is "I" ? CaseWords.NeverBeforePronoun(previous) : tokens[at].Surface is not "A" && CaseWords.AreNamedByLetter(next));
    }

    private static bool LongWordDiffers(QuestionProfile a, QuestionProfile b) => a.Tokens.Exists(t => t.Surface.Length > NaturalWord.Longest && !Holds(b, t.Surface));

    private static bool Holds(QuestionProfile profile, string surface)
    {
        foreach (var token in profile.Tokens)
        {
            if (token.Surface == surface)
                return true;
        }

        return false;
    }

    private static bool PrefixedOpposite(List<QuestionToken> onlyA, List<QuestionToken> onlyB)
    {
        foreach (var a in onlyA)
        {
            foreach (var b in onlyB)
            {
                var (shorter, longer) = a.Stem.Length < b.Stem.Length ? (a.Stem, b.Stem) : (b.Stem, a.Stem);
                if (shorter.Length >= 4 && longer.EndsWith(shorter, StringComparison.Ordinal) && Prefixes.Contains(longer[..^shorter.Length]))
                    return true;
                if (LookAlikes.ArePrefixed(a.Stem, b.Stem))
                    return true;
            }
        }

        return false;
    }

    private static bool PlacesDiffer(QuestionProfile a, QuestionProfile b) =>
        !a.PlaceNames.IsSubsetOf(b.PlaceNames) && !b.PlaceNames.IsSubsetOf(a.PlaceNames);

    private static bool EntitiesDiffer(PairAlignment pair)
    {
        if (pair.EntitiesOnlyA.Count == 0 && pair.EntitiesOnlyB.Count == 0)
            return false;
        if (pair.EntitiesOnlyA.Count > 0 && pair.EntitiesOnlyB.Count > 0)
            return true;

        // One side names what the other does not. Where the rest is the same sentence, the name was swapped for a word written small
        // ("learn python" / "learn Java"), or it narrows the question ("open an account" / "open an account in Germany").
        return pair.OnlyA.Count <= TemplateSlack && pair.OnlyB.Count <= TemplateSlack && pair.ContentOverlap >= OtherwiseEqual;
    }

    // Which of two doses, dates or fractions is whose: whatever stands about them, and whatever joins them.
    private static List<string> Numbers(QuestionProfile profile) => [.. profile.Quantities.Where(static q => !q.IsLoose).Select(static q => q.Value)];

    /// <summary>
    /// The same content words, with names, numbers or opposites among them in another order.
    /// </summary>
    private static bool OrderDiffers(QuestionProfile a, QuestionProfile b, PairAlignment alignment)
    {
        var (isSymmetric, isOtherSymmetric) = (a.Tokens.Exists(t => Symmetric.Contains(t.Lower)), b.Tokens.Exists(t => Symmetric.Contains(t.Lower)));
        if (isSymmetric && isOtherSymmetric)
            return false;
        // "in Germany for a US company", "in the US for a German company"
        if (!isSymmetric && !isOtherSymmetric && (Reordered(Letters(a), Letters(b)) || (ArePlaces(alignment.OnlyA) && ArePlaces(alignment.OnlyB) && Reordered(a.PlacesInOrder, b.PlacesInOrder))))
            return true;
        var isActedOtherwise = (HaveEqualWords(alignment) || HaveForms(alignment)) && Persons.ActDiffers(a, b);
        return isActedOtherwise || Subjects.Differ(a, b, alignment)
            || (HaveEqualWords(alignment) && (Reordered(Anchors(a), Anchors(b)) || SwappedRoles.ExistBehindPrepositions(a, b) || SwappedRoles.ExistAmongOwners(a, b)));
    }

    private static bool ArePlaces(List<QuestionToken> words) => words.TrueForAll(static w => Places.Of(w, default) is not null);

    // The x and y of "f(x, y)".
    private static List<string> Letters(QuestionProfile profile) => [.. profile.Tokens.Where(static t => t is { Kind: TokenKind.Word, Lower: [not ('a' or 'i')] }).Select(static t => t.Lower)];

    private static List<string> Anchors(QuestionProfile profile)
    {
        var numbers = profile.Quantities.ToDictionary(q => q.Position, q => q.Value);
        var anchors = new List<string>();
        for (var i = 0; i < profile.Tokens.Count; i++)
        {
            var token = profile.Tokens[i];
            if (numbers.TryGetValue(i, out var value))
                anchors.Add(value);
            else if (profile.Entities.Contains(token) || Contrasts.Knows(token.Stem) || Places.Of(token, default) is not null)
                anchors.Add(token.Stem);
        }

        return anchors;
    }

    private static bool Reordered(List<string> a, List<string> b) =>
        a.Count > 1 && a.Count == b.Count && !a.SequenceEqual(b) && a.Order(StringComparer.Ordinal).SequenceEqual(b.Order(StringComparer.Ordinal));
}
