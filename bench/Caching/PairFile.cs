using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLlm.Bench.Caching;

/// <summary>The labelled pairs of one data file.</summary>
internal sealed record PairFile(string Name, string Sha256, IReadOnlyList<LabelledPair> Pairs)
{
    /// <summary>Reads <paramref name="file"/> of the <c>cache</c> folder, every <paramref name="stride"/>th row of it; null where it is absent.</summary>
    public static async Task<PairFile?> ReadAsync(SuiteContext context, string file, int stride, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("cache", file)) is not { } path)
            return null;
        await using var stream = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        return new(file, hash, [.. SuiteContext.ReadJsonLines(path).Where((_, i) => i % stride == 0).Select(Pair)]);
    }

    /// <summary>
    /// Our own pairs of questions that look alike, three in five of which mean different things, written for this project by hand: <c>bench/Caching/LookAlikes</c>.
    /// Four rules were made on what of them was served (docs/decisions/2026-11-27-look-alikes.md); no policy was fitted on any.
    /// </summary>
    public static IEnumerable<PairFile> LookAlikes() => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "LookAlikes"), "*.jsonl").Order(StringComparer.Ordinal)
        .Select(static path => new PairFile(
            Path.GetFileNameWithoutExtension(path), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
            [.. File.ReadLines(path).Select(static line => Pair(JsonSerializer.Deserialize<JsonElement>(line)))]));

    private static LabelledPair Pair(JsonElement row) => new(
        // GPTCache's mock data: an original and its rewording.
        (row.TryGetProperty("a", out var a) ? a : row.GetProperty("origin")).GetString()!,
        (row.TryGetProperty("b", out var b) ? b : row.GetProperty("similar")).GetString()!,
        !row.TryGetProperty("same", out var same) || same.GetInt32() == 1,
        row.TryGetProperty("kind", out var kind) ? kind.GetString()! : "");
}
