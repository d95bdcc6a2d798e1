using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// The two readings of a question that need no model: when two texts are the same question for certain, and when a text says too
/// little to be matched by meaning at all.
/// </summary>
public static class QuestionText
{
    private const int MinimumWords = 3;
    private const string FinalMarks = ".?! ";
    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("?!*+()[]{}|\\^=<>");

    /// <summary>
    /// The form in which two questions count as identical: composed Latin letters (NFC), white space folded, straight quotes, the
    /// <c>. ? !</c> of a sentence's end dropped, and case folded only where it carries no meaning (function words, and the first word of a sentence unless it may
    /// be a name). Where that is unsure the texts stay different and go to the verifier. Idempotent.
    /// </summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Code: white space may be all that tells two texts apart.
        if (QuestionSymbols.IsIndented(text))
            return text;
        var folded = FoldSpaceAndMarks(text);
        var result = new StringBuilder(folded.Length);
        var sentenceStart = true;
        var previous = string.Empty;
        foreach (var part in folded.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (result.Length > 0)
                result.Append(' ');
            result.Append(FoldCase(part, sentenceStart, previous));
            sentenceStart = part[^1] is '.' or '?' or '!';
            previous = part;
        }

        var whole = result.ToString();
        var end = whole.AsSpan().TrimEnd(FinalMarks).Length;
        // A text of nothing but marks is its own normal form: "?" and "!" are not the same question.
        return end > 0 && EndsASentence(whole, end) ? whole[..end] : whole;
    }

    /// <summary>
    /// True where the text cannot stand alone: fewer than three words once courtesies are dropped, or only words that lean on the
    /// conversation ("continue", "yes", "tell me more", "what does that mean"). Such a question never matches by meaning.
    /// </summary>
    public static bool IsContentFree(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsContentFree(QuestionTokenizer.Read(text));
    }

    internal static bool IsContentFree(IReadOnlyList<QuestionToken> tokens)
    {
        var words = 0;
        var standsAlone = false;
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Number)
            {
                words++;
                continue;
            }

            var named = CaseWords.CarriesMeaning(token.Surface);
            var function = !named && Words.Function.Contains(token.Lower);
            var conversational = !named && Words.Conversational.Contains(token.Lower);
            if (!conversational || function)
                words++;
            standsAlone |= !conversational && !function;
        }

        return words < MinimumWords || !standsAlone;
    }

    // Not so in "5!", "cd .." and "colou?r?", where the last marks belong to what is asked about.
    private static bool EndsASentence(string text, int end)
    {
        var marks = text.AsSpan(end);
        if (marks.StartsWith("!") && char.IsAsciiDigit(text[end - 1]))
            return false;
        if (marks.StartsWith(" ") && marks.Contains('.'))
            return false;
        return !text.AsSpan(text.LastIndexOf(' ', end - 1) + 1)[..^marks.Length].ContainsAny(CodeMarks);
    }

    private static string FoldSpaceAndMarks(string text)
    {
        var result = new StringBuilder(text.Length);
        var space = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || (char.IsControl(c) && c != '\u200d'))
            {
                space = true;
                continue;
            }

            if (c is '\ufeff' or '\u200b' or '\u00ad')
                continue;
            if (space && result.Length > 0)
                result.Append(' ');
            space = false;
            LatinComposition.Append(result, c switch
            {
                '\u2018' or '\u2019' or '\u02bc' => '\'',
                '\u201c' or '\u201d' => '"',
                _ => c,
            });
        }

        return result.ToString();
    }

    private static string FoldCase(string part, bool sentenceStart, string previous)
    {
        var first = 0;
        while (first < part.Length && !char.IsLetterOrDigit(part[first]))
            first++;
        var last = part.Length;
        while (last > first && !char.IsLetterOrDigit(part[last - 1]))
            last--;
        // What is quoted, an option or an escape is meant as it is written.
        if (first == last || !char.IsUpper(part[first]) || (first > 0 && part[..first] is not "("))
            return part;

        var word = part[first..last];
        for (var i = 1; i < word.Length; i++)
        {
            if (char.IsUpper(word[i]))
                return part;
        }

        var lower = word.ToLower(CultureInfo.InvariantCulture);
        var apostrophe = lower.IndexOf('\'', StringComparison.Ordinal);
        var head = apostrophe > 0 ? lower[..apostrophe] : lower;
        var function = Words.Function.Contains(head);
        if ((head is "i" && !CaseWords.NeverBeforePronoun(previous.ToLowerInvariant())) || (sentenceStart && (function || !CaseWords.CarriesMeaning(word)))
            || (function && !CaseWords.CarriesMeaning(word) && head.Length > 1))
            return string.Concat(part.AsSpan(0, first), lower, part.AsSpan(last));
        return part;
    }
}
