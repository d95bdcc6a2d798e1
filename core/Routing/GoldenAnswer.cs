using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>Grades a model's answer against a reference by exact or numeric match; nothing is guessed.</summary>
public static partial class GoldenAnswer
{
    /// <summary>
    /// Whether <paramref name="answer"/> gives <paramref name="reference"/>: a number must be the answer's last one; a text must be the whole answer,
    /// its last line, or what follows "answer is" or "answer:". Case, outer punctuation and thousands separators are ignored.
    /// </summary>
    public static bool Matches(string reference, string answer)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(answer);
        var wanted = Normalize(reference);
        if (wanted.Length == 0)
            return false;
        if (Number(wanted) is { } number)
            return Numbers().Matches(answer) is { Count: > 0 } numbers && Number(numbers[^1].Value) == number;
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Normalize(answer) == wanted
            || (lines.Length > 0 && Normalize(lines[^1]) == wanted)
            || Stated().Matches(answer) is { Count: > 0 } stated && Normalize(stated[^1].Groups[1].Value) == wanted;
    }

    private static string Normalize(string text) =>
        Spaces().Replace(text, " ").Trim(' ', '.', ',', ';', ':', '!', '?', '"', '\'', '(', ')', '[', ']', '*', '`', '$', '%').ToUpperInvariant();

    private static decimal? Number(string text) =>
        decimal.TryParse(text.Replace(",", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"-?\d[\d,]*(\.\d+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"answer(?:\s+is|\s*:)\s*([^\n]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stated();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
