using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Bench.Caching;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>Our own questions, written for this project by hand, with what a wrong answer to them is costly in: <c>bench/Routing/Stakes</c>.</summary>
internal static class StakesQuestions
{
    /// <summary>Choose what the fit leaves open: as people write, and plain ones as in a list of questions. Nothing is fitted on them.</summary>
    public static IReadOnlyList<string> Development { get; } = ["dev", "dev_plain"];

    /// <summary>The same by other authors. Nothing is fitted on them or chosen by them.</summary>
    public static IReadOnlyList<string> Test { get; } = ["test", "test_plain", "test_plain2"];

    private static readonly Dictionary<string, RouteReason?> Kinds = new()
    {
        ["ordinary"] = null,
        ["calculation"] = RouteReason.Calculation,
        ["high_stakes"] = RouteReason.HighStakes,
    };

    /// <summary>The files that are fitted on, by path.</summary>
    public static IReadOnlyList<string> Training { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.jsonl").Where(static f => !Development.Concat(Test).Contains(Path.GetFileNameWithoutExtension(f))).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Stakes");

    /// <summary>The path of one that is not.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name + ".jsonl");

    /// <summary>The questions of a file.</summary>
    public static async Task<IReadOnlyList<StakesQuestion>> ReadAsync(BenchEngine engine, string path, CancellationToken cancellationToken)
    {
        var rows = (await File.ReadAllLinesAsync(path, cancellationToken)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        var texts = rows.ConvertAll(static r => r.GetProperty("question").GetString()!);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, cancellationToken)));
        var vectors = await QuestionEmbeddings.OfAsync(engine, $"stakes-{Path.GetFileNameWithoutExtension(path)}-{hash[..16]}", texts, cancellationToken);
        return
        [
            .. rows.Select((row, i) => new StakesQuestion(
                RoutedText.Of(row, texts[i], vectors.AsMemory(i * QuestionEmbeddings.Dimension, QuestionEmbeddings.Dimension)),
                Kinds[row.GetProperty("label").GetString()!])),
        ];
    }
}

/// <summary>A question and what a wrong answer to it is costly in; null for an ordinary one.</summary>
internal sealed record StakesQuestion(RoutedText Text, RouteReason? Kind);
