using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// What a question holds beside its Latin words, numbers and punctuation: operators, fractions and powers, emoji, letters of other scripts, the
/// indentation of code. Encoders read all emoji as one unknown token and no white space, so that two questions may differ here alone and
/// have the same score as one.
/// </summary>
internal static class QuestionSymbols
{
    private static readonly SearchValues<char> Operators = SearchValues.Create("+*=<>^|~\\{}[]");

    // Trade marks and degrees are left out as often as they are written.
    private static readonly SearchValues<char> SaysNothing = SearchValues.Create("©®™°");

    /// <summary>The symbols in order; empty for most questions.</summary>
    public static string Read(string text)
    {
        StringBuilder? found = null;
        var isFormula = text.AsSpan().ContainsAny(Operators);
        for (var at = 0; at < text.Length; at++)
        {
            if (IsStep(text, at))
                (found ??= new StringBuilder()).Append(at > 0 && IsPartOfName(text[at - 1]) ? '>' : '<').Append(text[at]);
            if (Sign(text, at) is { Length: > 0 } sign)
                (found ??= new StringBuilder()).Append(sign);
            if (Counts(text, at, isFormula))
                (found ??= new StringBuilder()).Append(char.ToLowerInvariant(text[at]));
        }

        if (IsIndented(text))
            AppendIndents(found ??= new StringBuilder(), text);
        return found?.ToString() ?? string.Empty;
    }

    /// <summary>Whether lines are indented, as in code: then a line break is more than white space.</summary>
    public static bool IsIndented(string text)
    {
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            var line = text.AsSpan(at + 1);
            if (line.StartsWith("\t") || line.StartsWith("  "))
                return true;
        }

        return false;
    }

    /// <summary>Whether a letter is of another script than Latin, whose extensions end at U+024F and go on in U+1E00..U+1EFF.</summary>
    public static bool IsForeignLetter(char c) => c > '\u024f' && c is not (>= '\u1e00' and <= '\u1eff') && char.IsLetter(c);

    private static bool Counts(string text, int at, bool isFormula)
    {
        var c = text[at];
        return c switch
        {
            // The end of a name: C++.
            '+' => !IsNameEnd(text, at),
            _ when Operators.Contains(c) => true,
            '(' or ')' or ',' => isFormula,
            '&' => at + 1 < text.Length && text[at + 1] == '&',
            '!' => at > 0 && char.IsAsciiDigit(text[at - 1]),
            '-' or '/' or ':' => Operand(text, at, -1) && Operand(text, at, 1),
            _ => c > '\u007f' && !SaysNothing.Contains(c) && (IsForeignLetter(c) || IsSymbol(c)),
        };
    }

    // i++ or --i: the first of two signs beside a name on one side; where they stand is what such questions are about.
    private static bool IsStep(string text, int at)
    {
        if (text[at] is not ('+' or '-') || at + 1 >= text.Length || text[at + 1] != text[at] || IsNameEnd(text, at))
            return false;
        var isAfter = at > 0 && IsPartOfName(text[at - 1]);
        var isBefore = at + 2 < text.Length && IsPartOfName(text[at + 2]);
        return isAfter != isBefore;
    }

    // Options ("-i"), escapes ("\w", "%M") and "//", whose letters mean by their case.
    private static ReadOnlySpan<char> Sign(string text, int at)
    {
        var end = at + 1;
        switch (text[at])
        {
            case '-' when at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '-' or ')' or ']'):
                end += IsLoneLetter(text, end) ? 1 : 0;
                break;
            case '\\' or '%' when at == 0 || !char.IsAsciiDigit(text[at - 1]):
                end += end < text.Length && char.IsAsciiLetter(text[end]) ? 1 : 0;
                break;
            case '/' when end < text.Length && text[end] == '/' && at > 0 && text[at - 1] != ':':
                end++;
                break;
        }

        return end > at + 1 ? text.AsSpan(at, end - at) : [];
    }

    private static bool IsLoneLetter(string text, int at) => at < text.Length && char.IsAsciiLetter(text[at])
        && (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1]));

    private static bool IsPartOfName(char c) => char.IsLetterOrDigit(c) || c is '_' or ']' or ')';

    private static bool IsSymbol(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.MathSymbol or UnicodeCategory.OtherSymbol or UnicodeCategory.OtherNumber
        or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    private static bool IsNameEnd(string text, int at)
    {
        var start = at;
        while (start > 0 && text[start - 1] == '+')
            start--;
        return start > 0 && text[start - 1] is 'C' or 'c';
    }

    // Whether the next sign in that direction, spaces apart, is a digit, or after a space a letter that stands alone.
    private static bool Operand(string text, int at, int step)
    {
        var spaced = false;
        for (at += step; at >= 0 && at < text.Length; at += step)
        {
            if (text[at] != ' ')
                return char.IsAsciiDigit(text[at]) || (spaced && IsLoneLetter(text, at));
            spaced = true;
        }

        return false;
    }

    private static void AppendIndents(StringBuilder found, string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            found.Append('\n').Append(line[..(line.Length - line.TrimStart().Length)]);
    }
}
