namespace OrleansLlm.Core.Caching;

/// <summary>
/// Which side of a number is meant: "up to 500" and "at least 500" hold the same number and nearly the same words. What is not said on one side may go
/// without saying; two bounds that differ never do.
/// </summary>
internal static class NumberBounds
{
    private static readonly HashSet<string> More = ["more", "over", "greater", "longer", "older", "higher", "larger", "bigger", "later"];
    private static readonly HashSet<string> Less = ["less", "fewer", "lower", "smaller", "shorter", "younger", "under", "earlier", "sooner"];

    private static readonly Dictionary<string, NumberBound> s_before = new(StringComparer.Ordinal)
    {
        ["over"] = NumberBound.Lower, ["above"] = NumberBound.Lower, ["exceeding"] = NumberBound.Lower, ["beyond"] = NumberBound.Lower,
        ["after"] = NumberBound.Lower, ["since"] = NumberBound.Lower, ["from"] = NumberBound.Lower, ["minimum"] = NumberBound.Lower,
        ["under"] = NumberBound.Upper, ["below"] = NumberBound.Upper, ["within"] = NumberBound.Upper, ["before"] = NumberBound.Upper,
        ["until"] = NumberBound.Upper, ["till"] = NumberBound.Upper, ["by"] = NumberBound.Upper, ["maximum"] = NumberBound.Upper,
        ["exactly"] = NumberBound.Exact, ["precisely"] = NumberBound.Exact, ["only"] = NumberBound.Exact, ["just"] = NumberBound.Exact,
        ["about"] = NumberBound.Near, ["around"] = NumberBound.Near, ["roughly"] = NumberBound.Near, ["approximately"] = NumberBound.Near,
        ["nearly"] = NumberBound.Near, ["almost"] = NumberBound.Near,
    };

    private static readonly HashSet<string> s_times = ["second", "minute", "hour", "day", "week", "month", "year"];

    /// <summary>Whether two bounds exclude each other: "about" is only not "exactly", and whoever says nothing may mean any.</summary>
    public static bool Differ(NumberBound a, NumberBound b) => LastsOnOneSide(a, b) || LastsOnOneSide(b, a) || (IsBound(a) && IsBound(b) && Exclude(a, b));

    private static bool LastsOnOneSide(NumberBound a, NumberBound b) => a == NumberBound.Lasting && b is NumberBound.Inside or NumberBound.Upper;

    private static bool IsBound(NumberBound bound) => bound is not (NumberBound.Lasting or NumberBound.Inside);

    private static bool Exclude(NumberBound a, NumberBound b) =>
        a != b && a != NumberBound.None && b != NumberBound.None && ((a != NumberBound.Near && b != NumberBound.Near) || a == NumberBound.Exact || b == NumberBound.Exact);

    /// <summary>What stands about the number whose tokens begin at <paramref name="start"/> and end before <paramref name="end"/>.</summary>
    public static NumberBound Of(IReadOnlyList<QuestionToken> tokens, int start, int end)
    {
        var last = start - 1;
        if (Lower(tokens, last) is "a" or "an" or "the" || (last >= 0 && tokens[last].Kind == TokenKind.Sign))
            last--;
        // "In 2016" is neither until nor since 2016; "from 2016" may be either.
        if (end == start + 1 && tokens[start] is { Kind: TokenKind.Number, Surface: ['1' or '2', _, _, _] } && Lower(tokens, last) is "in" or "from")
            return Lower(tokens, last) is "in" ? NumberBound.Exact : NumberBound.None;
        var bound = Before(tokens, last);
        if (bound == NumberBound.None)
            bound = After(tokens, end);
        return bound == NumberBound.None && Lower(tokens, last) is "for" or "in" && end - 1 > start && s_times.Contains(tokens[end - 1].Stem)
            ? Lower(tokens, last) is "for" ? NumberBound.Lasting : NumberBound.Inside
            : bound;
    }

    private static NumberBound Before(IReadOnlyList<QuestionToken> tokens, int last)
    {
        var (word, previous) = (Lower(tokens, last), Lower(tokens, last - 1));
        switch (previous, word)
        {
            case ("at", "least"):
                return NumberBound.Lower;
            case ("at", "most") or ("up", "to"):
                return NumberBound.Upper;
            case (_, "than"):
                var turned = Lower(tokens, last - 2) is "no" or "not";
                return More.Contains(previous) ? turned ? NumberBound.Upper : NumberBound.Lower
                    : Less.Contains(previous) ? turned ? NumberBound.Lower : NumberBound.Upper
                    : NumberBound.None;
            default:
                return s_before.GetValueOrDefault(word);
        }
    }

    // "20 or more", "20 employees or fewer", "20 days at most", "20 days only"
    private static NumberBound After(IReadOnlyList<QuestionToken> tokens, int end)
    {
        for (var at = end; at < Math.Min(tokens.Count, end + 2); at++)
        {
            var next = Lower(tokens, at + 1);
            switch (tokens[at].Lower)
            {
                case "or" or "and":
                    return More.Contains(next) || next is "above" or "up" ? NumberBound.Lower : Less.Contains(next) || next is "below" ? NumberBound.Upper : NumberBound.None;
                case "at" when next is "least":
                    return NumberBound.Lower;
                case "at" when next is "most":
                    return NumberBound.Upper;
                case "only" or "exactly":
                    return NumberBound.Exact;
            }
        }

        return NumberBound.None;
    }

    private static string Lower(IReadOnlyList<QuestionToken> tokens, int at) => at >= 0 && at < tokens.Count ? tokens[at].Lower : string.Empty;
}
