namespace OrleansLlm.Silo.Calibration;

/// <summary>Two questions, and whether one answer serves both.</summary>
internal sealed record LabelledPair(string A, string B, bool Same);

/// <summary>Reads labelled pairs: JSON lines <c>{"a","b","same"}</c>, <c>same</c> as 0, 1, true or false.</summary>
internal static class LabelledPairReader
{
    private const int LongestQuestion = 8192;
    private const int MostRows = 1_000_000;

    /// <summary>Reads a file; what is wrong with it is in the result, by line.</summary>
    public static Task<JsonRows<LabelledPair>> ReadAsync(string path, CancellationToken cancellationToken) => JsonRows.ReadAsync(
        path,
        MostRows,
        $"{{\"a\": text, \"b\": text, \"same\": 0 or 1}}, each text of 1 to {LongestQuestion} characters",
        static row => JsonRows.Text(row, "a", LongestQuestion) is { } a && JsonRows.Text(row, "b", LongestQuestion) is { } b
            && row.TryGetProperty("same", out var label) && JsonRows.Flag(label) is { } same ? new LabelledPair(a, b, same) : null,
        cancellationToken);
}
