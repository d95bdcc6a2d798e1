using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Embeddings of real questions by the shipped embedder, made once and kept in the temporary folder under the model's hash: a hundred
/// thousand take minutes.
/// </summary>
internal static class QuestionEmbeddings
{
    public const int Dimension = 384;

    /// <summary>Embeds <paramref name="texts"/> in order; row i of the result, 384 floats, is text i.</summary>
    public static async Task<float[]> OfAsync(BenchEngine engine, string name, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var path = Path.Combine(BenchEngine.ScoresFolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{texts.Count}-{engine.Sha256("embedder")[..16]}.f32"));
        var vectors = new float[(long)texts.Count * Dimension];
        if (File.Exists(path) && new FileInfo(path).Length == vectors.LongLength * sizeof(float))
        {
            await using var stored = File.OpenRead(path);
            stored.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan()));
            return vectors;
        }

        for (var i = 0; i < texts.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (await engine.EmbedAsync(texts[i])).CopyTo(vectors.AsSpan(i * Dimension));
            if (i % 10_000 == 9_999)
                await Console.Error.WriteLineAsync($"embedded {i + 1} of {texts.Count} {name} questions");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var file = File.Create(path + ".part"))
            file.Write(MemoryMarshal.AsBytes(vectors.AsSpan()));
        File.Move(path + ".part", path, overwrite: true);
        return vectors;
    }

    /// <summary>Distinct questions of a pair file of the <c>cache</c> folder in the order they appear; null where it is absent.</summary>
    public static IReadOnlyList<string>? PairTexts(SuiteContext context, string file, int most) =>
        context.DataFile(Path.Combine("cache", file)) is not { } path ? null
            : [.. SuiteContext.ReadJsonLines(path).SelectMany(row => new[] { row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()! }).Distinct().Take(most)];

    /// <summary>The first questions of a stream file of the <c>cache</c> folder; null where it is absent.</summary>
    public static IReadOnlyList<string>? StreamTexts(SuiteContext context, string file, int most) =>
        context.DataFile(Path.Combine("cache", file)) is not { } path ? null
            : [.. SuiteContext.ReadJsonLines(path).Select(row => row.GetProperty("text").GetString()!).Take(most)];
}
