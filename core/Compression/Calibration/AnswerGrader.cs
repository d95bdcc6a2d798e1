using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>Grades answers by rule; <see cref="AnswerGrade.Judge"/> is not among them.</summary>
public static partial class AnswerGrader
{
    private const int PatternMilliseconds = 1000;

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
            AnswerGrade.Contains => $" {Normal(answer)} ".Contains($" {Normal(expected)} ", StringComparison.Ordinal),
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

    // Words and numbers, lower case, one space between them: "12.5" and "-5" stay one word, a full stop at the end goes.
    private static string Normal(string text) => string.Join(' ', Word().Matches(text.ToLowerInvariant()).Select(m => m.Value.Replace('−', '-')));

    // A hyphen after a word or a number ("10-20") is no sign.
    [GeneratedRegex(@"(?:(?<![\w)])[-−])?(?:[0-9][0-9,]*(?:\.[0-9]+)?|(?<![0-9])\.[0-9]+)", RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:(?<![\w)])[-−](?=\p{N}))?[\p{L}\p{N}\p{M}]+(?:[.,'’_-][\p{L}\p{N}\p{M}]+)*", RegexOptions.CultureInvariant, PatternMilliseconds)]
    private static partial Regex Word();
}
