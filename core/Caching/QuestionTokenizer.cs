using System.Globalization;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Splits a question into words, numbers and signs for the comparisons of <see cref="MatchGuard"/>. Letters and digits are always parted
/// ("iOS17" and "iOS 17", "covid-19" and "Covid19" read alike); a minus belongs to a number only where nothing that could be subtracted from stands before it,
/// and ".5" is half of one.
/// </summary>
internal static class QuestionTokenizer
{
    public static List<QuestionToken> Read(string text)
    {
        // English has a token in five characters; growing copies all that is there.
        var tokens = new List<QuestionToken>(8 + (text.Length / 4));
        var sentenceStart = true;
        var quoted = false;
        var glued = false;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            var length = 1;
            if (char.IsAsciiDigit(c) || StartsFraction(text, at) || (IsMinus(c) && StartsNegative(text, at)))
            {
                length = NumberLength(text, at);
                Add(Number(text.AsSpan(at, length)), TokenKind.Number);
            }
            else if (char.IsLetter(c) || IsMark(c))
            {
                length = WordLength(text, at);
                var possessive = length > 2 && text[at + length - 1] is 's' or 'S' && text[at + length - 2] is '\'' or '\u2019';
                Add(Word(text.AsSpan(at, length)), TokenKind.Word, possessive);
            }
            else if (c == '%' || char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol)
            {
                Add(c.ToString(), TokenKind.Sign);
            }
            else
            {
                glued = c is '-' or '(' or ')' or '\'' or '.' && glued;
                if (c is '"' or '\u201c' or '\u201d')
                    quoted = !quoted;
                if (c is '.' or '?' or '!' or ':' or '\n')
                    sentenceStart = true;
            }

            at += length;
        }

        return tokens;

        void Add(string surface, TokenKind kind, bool possessive = false)
        {
            var lower = surface.ToLowerInvariant();
            tokens.Add(new(surface, lower, kind == TokenKind.Word ? Words.Stem(lower) : lower, kind, sentenceStart, quoted, glued, possessive));
            sentenceStart = false;
            glued = true;
        }
    }

    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Editors make dashes of hyphens.
    private static bool IsMinus(char c) => c is '-' or (>= '\u2010' and <= '\u2013') or '\uff0d';

    private static bool StartsFraction(string text, int at) =>
        text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && (at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or ')'));

    private static bool StartsNegative(string text, int at) =>
        at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || StartsFraction(text, at + 1)) && (at == 0 || char.IsWhiteSpace(text[at - 1]) || text[at - 1] is '(' or '[' or '{' or '=' or '<' or '>' or ',');

    private static int NumberLength(string text, int at)
    {
        var end = at + (IsMinus(text[at]) ? 1 : 0);
        end += text[end] == '.' ? 1 : 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end])
            || (text[end] is ',' or '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]) && char.IsAsciiDigit(text[end - 1]))))
            end++;
        return end - at;
    }

    private static string Number(ReadOnlySpan<char> span)
    {
        var isNegative = IsMinus(span[0]);
        var digits = isNegative ? span[1..] : span;
        return string.Concat(isNegative ? "-" : string.Empty, digits[0] == '.' ? "0" : string.Empty, digits);
    }

    private static int WordLength(string text, int at)
    {
        // U.S. and p.m. are one word each: single letters, each with its dot.
        var dotted = at;
        while (dotted + 1 < text.Length && char.IsLetter(text[dotted]) && text[dotted + 1] == '.')
            dotted += 2;
        if (dotted - at >= 4 || (dotted - at == 2 && dotted < text.Length && char.IsLetter(text[dotted])
            && (dotted + 1 == text.Length || !char.IsLetter(text[dotted + 1]))))
            return dotted < text.Length && char.IsLetter(text[dotted]) ? dotted - at + 1 : dotted - at;

        var end = at + 1;
        while (end < text.Length && (char.IsLetter(text[end]) || IsMark(text[end])
            || (text[end] is '\'' or '\u2019' && end + 1 < text.Length && char.IsLetter(text[end + 1]))))
            end++;

        // C++, C#, F#, e-mail
        if (end - at == 1 && end < text.Length && text[end] == '#')
            return 2;
        if (end - at == 1 && text[at] is 'c' or 'C' && end + 1 < text.Length && text[end] == '+' && text[end + 1] == '+')
            return 3;
        return end - at;
    }

    private static string Word(ReadOnlySpan<char> span)
    {
        var word = span.ToString().Replace('\u2019', '\'');
        if (word.Contains('.', StringComparison.Ordinal))
            return word.Replace(".", "", StringComparison.Ordinal);
        return word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("'S", StringComparison.Ordinal) ? word[..^2] : word;
    }
}
