using System.Text.Json;

namespace OrleansLlm.Bench.Compression;

/// <summary>Reads the question-evidence files of the <c>compression</c> folder.</summary>
internal static class EvidenceFile
{
    /// <summary>The records of <paramref name="path"/> in order; <paramref name="documents"/> holds the sentences of those that only name their document.</summary>
    public static IEnumerable<EvidenceRecord> Read(string path, IReadOnlyDictionary<string, IReadOnlyList<string>>? documents = null)
    {
        foreach (var row in SuiteContext.ReadJsonLines(path))
        {
            var sentences = row.TryGetProperty("sentences", out var own) ? Strings(own) : documents![row.GetProperty("doc").GetString()!];
            yield return new EvidenceRecord(
                row.GetProperty("id").GetString()!,
                Text(row, "title") ?? Text(row, "doc") ?? row.GetProperty("id").GetString()!,
                row.GetProperty("question").GetString()!,
                sentences,
                Numbers(row.GetProperty("gold")),
                row.TryGetProperty("answers", out var answers) ? Strings(answers) : [],
                Starts(row, sentences.Count));
        }
    }

    /// <summary>The transcripts that several queries share, by name.</summary>
    public static Dictionary<string, IReadOnlyList<string>> ReadDocuments(string path) =>
        SuiteContext.ReadJsonLines(path).ToDictionary(
            row => row.GetProperty("doc").GetString()!, row => (IReadOnlyList<string>)Strings(row.GetProperty("sentences")));

    private static HashSet<int> Starts(JsonElement row, int count) =>
        Text(row, "unit") == "paragraph" ? [.. Enumerable.Range(0, count)]
        : row.TryGetProperty("starts", out var starts) ? [.. Numbers(starts)]
        : [];

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];
}
