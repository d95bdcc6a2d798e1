namespace OrleansLlm.Core.Caching;

/// <summary>Whether a thing is compared as equal, as more, or as the most; and whether there is too much of it or enough.</summary>
internal static class Degrees
{
    private enum Degree
    {
        None,
        Equal,
        More,
    }

    /// <summary>"As heavy as lead" and "heavier than lead"; "too hot" and "hot enough"; "the cheaper" and "the cheapest".</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b, PairAlignment pair)
    {
        var (x, y) = (Compared(a.Tokens), Compared(b.Tokens));
        return (x != Degree.None && y != Degree.None && x != y) || (IsTooMuch(a.Tokens) && IsEnough(b.Tokens)) || (IsEnough(a.Tokens) && IsTooMuch(b.Tokens))
            || pair.OnlyA.Exists(w => pair.OnlyB.Exists(o => AreSteps(w.Lower, o.Lower) || AreSteps(o.Lower, w.Lower)));
    }

    private static bool AreSteps(string comparative, string superlative) =>
        comparative.EndsWith("er", StringComparison.Ordinal) && superlative.EndsWith("est", StringComparison.Ordinal) && comparative.AsSpan(..^2).SequenceEqual(superlative.AsSpan(..^3));

    private static Degree Compared(List<QuestionToken> tokens)
    {
        var found = Degree.None;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Lower is "than")
                return i > 0 && tokens[i - 1].Lower is "other" or "rather" ? Degree.None : Degree.More;
            if (tokens[i].Lower is "as" && i + 2 < tokens.Count && tokens[i + 2].Lower is "as" && tokens[i + 1].Lower is not ("well" or "long" or "soon" or "far" or "such"))
                found = Degree.Equal;
        }

        return found;
    }

    // At the end of a sentence it is "also".
    private static bool IsTooMuch(List<QuestionToken> tokens)
    {
        for (var i = 0; i < tokens.Count - 1; i++)
        {
            if (tokens[i].Lower is "too")
                return true;
        }

        return false;
    }

    private static bool IsEnough(List<QuestionToken> tokens) => tokens.Exists(static t => t.Lower is "enough");
}
