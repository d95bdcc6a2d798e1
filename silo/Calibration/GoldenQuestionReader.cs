using System.Text.Json;

namespace OrleansLlm.Silo.Calibration;

/// <summary>A question of a golden file.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="IsSimple">Whether a weak model was enough; null where that is yet to be found out.</param>
/// <param name="Answer">The right answer, for grading; null where there is none.</param>
internal sealed record GoldenQuestion(string Text, bool? IsSimple, string? Answer);

/// <summary>
/// Reads golden questions: JSON lines with <c>question</c> and its label, as <c>label</c> ("simple" or "complex"), <c>weak_ok</c> (0, 1, true or
/// false) or the scores of both answers, <c>strong</c> and <c>weak</c>; or without a label, with <c>answer</c> where there is a right one.
/// </summary>
internal static class GoldenQuestionReader
{
    private const int LongestText = 32_768;
    private const int MostRows = 1_000_000;

    /// <summary>Reads a file; what is wrong with it is in the result, by line.</summary>
    public static Task<JsonRows<GoldenQuestion>> ReadAsync(string path, CancellationToken cancellationToken) => JsonRows.ReadAsync(
        path,
        MostRows,
        $"{{\"question\": text of 1 to {LongestText} characters, \"label\": \"simple\" or \"complex\"}}, or weak_ok, or strong and weak, or answer, in place of the label",
        Read,
        cancellationToken);

    private static GoldenQuestion? Read(JsonElement row)
    {
        if (JsonRows.Text(row, "question", LongestText) is not { } text)
            return null;
        if (row.TryGetProperty("label", out var label))
            return Named(label) is { } named ? new GoldenQuestion(text, named, null) : null;
        if (row.TryGetProperty("weak_ok", out var ok))
            return JsonRows.Flag(ok) is { } flag ? new GoldenQuestion(text, flag, null) : null;
        if (row.TryGetProperty("strong", out var strong) && row.TryGetProperty("weak", out var weak))
            return Score(strong) is { } s && Score(weak) is { } w ? new GoldenQuestion(text, w >= s, null) : null;
        return row.TryGetProperty("answer", out _)
            ? JsonRows.Text(row, "answer", LongestText) is { } answer ? new GoldenQuestion(text, null, answer) : null
            : new GoldenQuestion(text, null, null);
    }

    private static bool? Named(JsonElement label) => label.ValueKind != JsonValueKind.String ? null : label.GetString() switch
    {
        "simple" => true,
        "complex" => false,
        _ => null,
    };

    private static double? Score(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var score) && double.IsFinite(score) ? score : null;
}
