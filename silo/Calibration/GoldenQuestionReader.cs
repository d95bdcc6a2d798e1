using System.Security.Cryptography;
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
    public static async Task<GoldenQuestions> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var questions = new List<GoldenQuestion>();
        var problems = new List<string>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (questions.Count >= MostRows)
            {
                problems.Add($"line {number}: more than {MostRows} questions");
                break;
            }

            if (Read(line) is { } question)
                questions.Add(question);
            else
                problems.Add($"line {number}: expected {{\"question\": text of 1 to {LongestText} characters, \"label\": \"simple\" or \"complex\"}}, or weak_ok, or strong and weak, or answer, in place of the label");
        }

        await using var file = File.OpenRead(path);
        return new GoldenQuestions(questions, problems, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    private static GoldenQuestion? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object || Text(row, "question") is not { } text)
                return null;
            if (row.TryGetProperty("label", out var label))
                return Named(label) is { } named ? new GoldenQuestion(text, named, null) : null;
            if (row.TryGetProperty("weak_ok", out var ok))
                return Flag(ok) is { } flag ? new GoldenQuestion(text, flag, null) : null;
            if (row.TryGetProperty("strong", out var strong) && row.TryGetProperty("weak", out var weak))
                return Score(strong) is { } s && Score(weak) is { } w ? new GoldenQuestion(text, w >= s, null) : null;
            return row.TryGetProperty("answer", out _)
                ? Text(row, "answer") is { } answer ? new GoldenQuestion(text, null, answer) : null
                : new GoldenQuestion(text, null, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestText } text ? text : null;

    private static bool? Named(JsonElement label) => label.ValueKind != JsonValueKind.String ? null : label.GetString() switch
    {
        "simple" => true,
        "complex" => false,
        _ => null,
    };

    private static bool? Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => value.GetInt32() == 1,
        _ => null,
    };

    private static double? Score(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var score) && double.IsFinite(score) ? score : null;
}

/// <summary>The questions of a file.</summary>
/// <param name="Questions">Those that could be read.</param>
/// <param name="Problems">Lines that could not, and why.</param>
/// <param name="Sha256">Hash of the file, hex.</param>
internal sealed record GoldenQuestions(IReadOnlyList<GoldenQuestion> Questions, IReadOnlyList<string> Problems, string Sha256);
