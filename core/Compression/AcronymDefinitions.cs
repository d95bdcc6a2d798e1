namespace OrleansLlm.Core.Compression;

/// <summary>
/// Short forms that the context itself explains: "severe acute respiratory syndrome (SARS)". A question about one is a question about
/// the other (Schwartz and Hearst 2003).
/// </summary>
internal static class AcronymDefinitions
{
    private const int LongestShortForm = 10;

    // Words before the bracket that the long form may take beyond the letters of the short one.
    private const int SpareWords = 2;

    /// <summary>Terms that the question means without saying them; empty where no definition touches it.</summary>
    public static List<Term> Expand(ReadOnlySpan<char> context, IReadOnlyList<Term> question)
    {
        var asked = question.Select(term => term.Id).ToHashSet();
        var meant = new List<Term>();
        for (var open = NextBracket(context, 0); open >= 0; open = NextBracket(context, open + 1))
        {
            var close = context[open..Math.Min(context.Length, open + LongestShortForm + 2)].IndexOf(')');
            if (close < 0)
                continue;
            var shortForm = context.Slice(open + 1, close - 1);
            if (!IsShortForm(shortForm))
                continue;
            var begin = LongFormStart(context, open, shortForm);
            if (begin < 0)
                continue;
            var shortTerms = Content(shortForm);
            var longTerms = Content(context[begin..open]);
            if (shortTerms.Count == 0 || longTerms.Count == 0)
                continue;
            if (shortTerms.TrueForAll(term => asked.Contains(term.Id)))
                Add(longTerms);
            else if (longTerms.TrueForAll(term => asked.Contains(term.Id)))
                Add(shortTerms);
        }

        return meant;

        void Add(List<Term> terms)
        {
            foreach (var term in terms)
            {
                if (!asked.Contains(term.Id) && !meant.Exists(known => known.Id == term.Id))
                    meant.Add(term);
            }
        }
    }

    private static int NextBracket(ReadOnlySpan<char> text, int from)
    {
        var at = text[from..].IndexOf('(');
        return at < 0 ? -1 : from + at;
    }

    private static bool IsShortForm(ReadOnlySpan<char> text)
    {
        var capitals = 0;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c != '-')
                return false;
            capitals += char.IsUpper(c) ? 1 : 0;
        }

        return capitals >= 2;
    }

    /// <summary>Where the words begin that spell the short form's letters, the first of them as its initial; -1 where they do not.</summary>
    private static int LongFormStart(ReadOnlySpan<char> context, int open, ReadOnlySpan<char> shortForm)
    {
        var earliest = open - 1;
        for (var words = shortForm.Length + SpareWords; words > 0 && earliest > 0 && context[earliest] is not ('\n' or '.'); earliest--)
            words -= context[earliest] == ' ' && earliest < open - 1 ? 1 : 0;
        var at = open - 1;
        for (var letter = shortForm.Length - 1; letter >= 0; letter--)
        {
            if (!char.IsLetter(shortForm[letter]))
                continue;
            while (at >= earliest && at >= 0 && !(LatinFolding.Fold(context[at]) == LatinFolding.Fold(shortForm[letter])
                && (letter > 0 || at == 0 || !char.IsLetterOrDigit(context[at - 1]))))
                at--;
            if (at < earliest || at < 0)
                return -1;
            at--;
        }

        return at + 1;
    }

    private static List<Term> Content(ReadOnlySpan<char> text)
    {
        var terms = new List<Term>();
        var reader = new TermReader(text);
        while (reader.MoveNext())
        {
            if (!reader.Current.IsStopWord)
                terms.Add(reader.Current);
        }

        return terms;
    }
}
