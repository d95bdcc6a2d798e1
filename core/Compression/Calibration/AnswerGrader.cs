using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>Grades answers by rule; <see cref="AnswerGrade.Judge"/> is not among them.</summary>
public static partial class AnswerGrader
{
    private const int PatternMilliseconds = 1000;

    // Words before an answer, within its clause, of which one turns it round: "has not yet been approved". A number is turned round by the word before it
    // alone: "no later than 7 days" says 7 days.
    private const int ReachOfNegation = 3;
    private const int ReachToNumber = 1;

    private static readonly SearchValues<char> EndsOfClause = SearchValues.Create(".,;:!?()[]\n\r—");

    /// <summary>The grade that suits <paramref name="expected"/> where none is named: numbers by value, else by words.</summary>
    public static AnswerGrade Default(string expected) =>
        LastNumber(expected) is not null && !expected.Any(char.IsLetter) ? AnswerGrade.Numeric : AnswerGrade.Contains;

    /// <summary>Whether <paramref name="answer"/> is right.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The grade needs a judge.</exception>
    public static bool IsRight(AnswerGrade grade, string expected, string answer)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(answer);
        return grade switch
        {
            AnswerGrade.Exact => Normal(answer) == Normal(expected),
            AnswerGrade.Numeric => LastNumber(expected) is { } right && LastNumber(answer) == right,
            AnswerGrade.Contains => Contains(answer, expected),
            _ => throw new ArgumentOutOfRangeException(nameof(grade), grade, "No rule grades this."),
        };
    }

    private static decimal? LastNumber(string text)
    {
        var numbers = Number().Matches(text);
        return numbers.Count > 0
            && decimal.TryParse(numbers[^1].Value.Replace(",", string.Empty, StringComparison.Ordinal).Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
    }

    private static bool Contains(string answer, string expected)
    {
        // "A" stands in any sentence.
        if (expected is [var letter] && char.IsLetter(letter))
            return Normal(answer) == Normal(expected) || Chosen(answer) == letter;
        var right = Words(expected).ConvertAll(static w => w.Text);
        var words = Words(answer);
        for (var at = 0; right.Count > 0 && at + right.Count <= words.Count; at++)
        {
            var matches = true;
            for (var i = 0; matches && i < right.Count; i++)
                matches = words[at + i].Text == right[i];
            if (matches && !IsNegated(words, at))
                return true;
        }

        return false;
    }

    /// <summary>The letter that the answer settles on; null where it names none, or several and says of none that it is the answer.</summary>
    private static char? Chosen(string answer)
    {
        if (Verdict().Matches(answer) is { Count: > 0 } verdicts)
            return verdicts[^1].Groups["letter"].ValueSpan[0];
        // What merely speaks of an option may reject it.
        var named = Opening().Matches(answer) is { Count: > 0 } openings ? openings : Option().Matches(answer);
        var letters = named.Select(static m => m.Groups["letter"].ValueSpan[0]).Distinct().ToArray();
        return letters is [var only] ? only : null;
    }

    private static bool IsNegated(List<(string Text, bool BeginsClause)> words, int at)
    {
        var reach = char.IsLetter(words[at].Text[0]) ? ReachOfNegation : ReachToNumber;
        for (var i = at; i > 0 && i > at - reach && !words[i].BeginsClause; i--)
        {
            if (words[i - 1].Text == "but")
                return false;
            if (Negations.IsMarker(words[i - 1].Text))
                return true;
        }

        return false;
    }

    // Words and numbers, lower case, one space between them.
    private static string Normal(string text) => string.Join(' ', Words(text).Select(static w => w.Text));

    // Lower case; "12.5" and "-5" stay one word, a full stop at the end goes.
    private static List<(string Text, bool BeginsClause)> Words(string text)
    {
        var lower = text.ToLowerInvariant();
        var words = new List<(string, bool)>();
        var end = 0;
        foreach (Match match in Word().Matches(lower))
        {
            words.Add((match.Value.Replace('−', '-').Replace('’', '\''), words.Count == 0 || lower.AsSpan(end, match.Index - end).ContainsAny(EndsOfClause)));
            end = match.Index + match.Length;
        }

        return words;
    }

    // "The answer is **B**", "Answer: option B", "B is correct", "It's B."
    [GeneratedRegex(
        @"(?i:\banswer)\b(?:\s+is\b)?[\s:*_(""']*(?:(?i:option|choice)\s+)?[*_(""']*(?<letter>\p{L})(?![\w'’])"
        + @"|(?<![\w'’])(?<letter>\p{L})[*_)""']*\s+is\s+(?:the\s+)?(?i:correct|right|best|answer)\b"
        + @"|\b(?i:it['’]s|it\s+is)\s+(?:(?i:option|choice)\s+)?[*_(""']*(?<letter>\p{L})[*_)""']*(?=\s*(?:[.,;:!]|\z))",
        RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Verdict();

    // "(B)" or "B." on a line of its own, "B) Paris", "B, because …" and "B - …" at its beginning, but not "A, B and C do not".
    [GeneratedRegex(
        @"^\W*(?<letter>\p{L})(?:\W*$|[*_]*[).:;]\s|[*_]*,\s+(?!\p{Lu}(?![\w'’]))|\s+[-–—]\s)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline, PatternMilliseconds)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\b(?i:option|choice)\b[\s:*_(""']+(?<letter>\p{L})(?![\w'’])", RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Option();

    // A hyphen after a word or a number ("10-20") is no sign.
    [GeneratedRegex(@"(?:(?<![\w)])[-−])?(?:[0-9][0-9,]*(?:\.[0-9]+)?|(?<![0-9])\.[0-9]+)", RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:(?<![\w)])[-−](?=\p{N}))?[\p{L}\p{N}\p{M}]+(?:[.,'’_-][\p{L}\p{N}\p{M}]+)*", RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Word();
}
