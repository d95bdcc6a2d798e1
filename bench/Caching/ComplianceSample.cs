using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Bench.Caching;

/// <summary>The repository's own sample log as labelled pairs: a rewording with the request whose answer is right for it, a trap with the one it resembles.</summary>
internal static class ComplianceSample
{
    public static PairFile? Read(string samplesDirectory)
    {
        var log = Path.Combine(samplesDirectory, "compliance.jsonl");
        var labels = Path.Combine(samplesDirectory, "compliance.labels.jsonl");
        if (!File.Exists(log) || !File.Exists(labels))
            return null;
        var questions = File.ReadLines(log).Select(Question).ToList();
        var pairs = new List<LabelledPair>();
        foreach (var line in File.ReadLines(labels))
        {
            using var label = JsonDocument.Parse(line);
            var root = label.RootElement;
            var kind = root.GetProperty("kind").GetString()!;
            var other = kind switch
            {
                "paraphrase" => Line(root, "same_as"),
                "trap" => Line(root, "near"),
                _ => null,
            };
            if (other is { } earlier)
                pairs.Add(new LabelledPair(questions[earlier - 1], questions[root.GetProperty("line").GetInt32() - 1], kind == "paraphrase", kind));
        }

        using var stream = File.OpenRead(log);
        return new PairFile("compliance", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)), pairs);
    }

    private static int? Line(JsonElement label, string name) =>
        label.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static string Question(string line) =>
        ChatRequestReader.Read(System.Text.Encoding.UTF8.GetBytes(line), null, out var chat) is null ? chat!.Segments.Question : string.Empty;
}
