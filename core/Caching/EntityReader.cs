using System.Globalization;
using System.Text;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Finds what a question names: capitalised words inside a sentence, acronyms and codes, quoted words. In a text written in title case
/// or in capitals a capital proves nothing, so there only what the case cannot explain is taken.
/// </summary>
internal static class EntityReader
{
    private const int MinimumWordsForTitleCase = 4;
    private const double TitleCaseShare = 0.6;

    /// <summary>Indexes of the tokens that name something.</summary>
    public static List<int> Read(IReadOnlyList<QuestionToken> tokens)
    {
        var inner = 0;
        var capitalised = 0;
        var lowerLetters = false;
        foreach (var token in tokens)
        {
            if (token.Kind != TokenKind.Word)
                continue;
            lowerLetters |= token.Surface.Any(char.IsLower);
            if (token.SentenceStart || Words.Function.Contains(token.Lower))
                continue;
            inner++;
            if (char.IsUpper(token.Surface[0]))
                capitalised++;
        }

        var titleCase = inner >= MinimumWordsForTitleCase && capitalised >= TitleCaseShare * inner;
        var entities = new List<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == TokenKind.Word && Names(tokens[i], titleCase, capitals: !lowerLetters))
                entities.Add(i);
        }

        return entities;
    }

    /// <summary>True where <paramref name="acronym"/> is made of the initials of words in a row: "KYC" and "know your customer".</summary>
    public static bool Abbreviates(string acronym, IReadOnlyList<QuestionToken> tokens)
    {
        if (acronym.Length < 3)
            return false;
        var all = new StringBuilder();
        var content = new StringBuilder();
        foreach (var token in tokens)
        {
            if (token.Kind != TokenKind.Word)
                continue;
            all.Append(token.Lower[0]);
            if (!Words.Function.Contains(token.Lower))
                content.Append(token.Lower[0]);
        }

        return all.ToString().Contains(acronym, StringComparison.Ordinal) || content.ToString().Contains(acronym, StringComparison.Ordinal);
    }

    private static bool Names(QuestionToken token, bool titleCase, bool capitals)
    {
        if (token.Quoted)
            return !Words.Function.Contains(token.Lower);
        if (capitals || !char.IsUpper(token.Surface[0]) || token.Lower is "i" || token.Lower.StartsWith("i'", StringComparison.Ordinal))
            return false;
        var acronym = token.Surface.Length > 1 && token.Surface.Count(c => char.GetUnicodeCategory(c) == UnicodeCategory.UppercaseLetter) > 1;
        if (acronym)
            return !Words.Function.Contains(token.Lower) || CaseWords.CarriesMeaning(token.Surface);
        return !token.SentenceStart && !titleCase && !Words.Function.Contains(token.Lower);
    }
}
