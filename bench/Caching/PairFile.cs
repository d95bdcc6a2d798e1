using System.Security.Cryptography;

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
        var pairs = SuiteContext.ReadJsonLines(path)
            .Where((_, i) => i % stride == 0)
            .Select(row => new LabelledPair(
                // GPTCache's mock data: an original and its rewording.
                (row.TryGetProperty("a", out var a) ? a : row.GetProperty("origin")).GetString()!,
                (row.TryGetProperty("b", out var b) ? b : row.GetProperty("similar")).GetString()!,
                !row.TryGetProperty("same", out var same) || same.GetInt32() == 1,
                row.TryGetProperty("kind", out var kind) ? kind.GetString()! : ""))
            .ToList();
        return new(file, hash, pairs);
    }
}
