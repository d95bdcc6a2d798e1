using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Two questions, and whether one answer serves both.</summary>
internal sealed record LabelledPair(string A, string B, bool Same);

/// <summary>Reads labelled pairs: JSON lines <c>{"a","b","same"}</c>, <c>same</c> as 0, 1, true or false.</summary>
internal static class LabelledPairReader
{
    private const int LongestQuestion = 8192;
    private const int MostRows = 1_000_000;

    /// <summary>Reads a file; what is wrong with it is in the result, by line.</summary>
    public static async Task<LabelledPairs> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var pairs = new List<LabelledPair>();
        var problems = new List<string>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (pairs.Count >= MostRows)
            {
                problems.Add($"line {number}: more than {MostRows} pairs");
                break;
            }

            if (Read(line) is { } pair)
                pairs.Add(pair);
            else
                problems.Add($"line {number}: expected {{\"a\": text, \"b\": text, \"same\": 0 or 1}}, each text of 1 to {LongestQuestion} characters");
        }

        await using var file = File.OpenRead(path);
        return new LabelledPairs(pairs, problems, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    private static LabelledPair? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            return row.ValueKind == JsonValueKind.Object && Text(row, "a") is { } a && Text(row, "b") is { } b && Label(row) is { } same
                ? new LabelledPair(a, b, same)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestQuestion } text ? text : null;

    private static bool? Label(JsonElement row) => !row.TryGetProperty("same", out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => value.GetInt32() == 1,
        _ => null,
    };
}

/// <summary>The pairs of a file.</summary>
/// <param name="Pairs">Those that could be read.</param>
/// <param name="Problems">Lines that could not, and why.</param>
/// <param name="Sha256">Hash of the file, hex.</param>
internal sealed record LabelledPairs(IReadOnlyList<LabelledPair> Pairs, IReadOnlyList<string> Problems, string Sha256);
