using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Runs embedder and verifier over pairs. The scores are kept under the hashes of data, models and the code that runs them, so that a second run, a
/// refit for example, takes seconds; what the words say is always computed afresh.
/// </summary>
internal static class PairScorer
{
    private const int Concurrency = 4;

    public static async Task<IReadOnlyList<ComparedPair>> ScoreAsync(BenchEngine engine, PairFile file, CancellationToken cancellationToken)
    {
        var scores = await LoadOrRunAsync(engine, file, cancellationToken);
        return [.. file.Pairs.Select((pair, i) =>
        {
            var comparison = PairComparison.Of(QuestionProfile.Read(pair.A), QuestionProfile.Read(pair.B));
            return new ComparedPair(pair.A, pair.B, pair.Same, PairFeatures.From(comparison, scores[i].Logit, scores[i].Cosine), engine.GuardOf(comparison, pair.A, pair.B));
        })];
    }

    private static async Task<(double Cosine, double Logit)[]> LoadOrRunAsync(
        BenchEngine engine, PairFile file, CancellationToken cancellationToken)
    {
        var key = $"{file.Sha256[..12]}-{file.Pairs.Count}-{engine.Sha256("embedder")[..8]}-{engine.Sha256("verifier")[..8]}";
        var path = Path.Combine(BenchEngine.ScoresFolder, key + ".scores");
        if (File.Exists(path))
        {
            var lines = await File.ReadAllLinesAsync(path, cancellationToken);
            return [.. lines.Select(line => line.Split(' ')).Select(parts =>
                (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture)))];
        }

        await Console.Error.WriteLineAsync($"scoring {file.Pairs.Count} pairs of {file.Name}");
        var scores = await RunAsync(engine, file.Pairs, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllLinesAsync(path + ".part", scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Cosine:R} {s.Logit:R}")), cancellationToken);
        File.Move(path + ".part", path, overwrite: true);
        return scores;
    }

    private static async Task<(double Cosine, double Logit)[]> RunAsync(
        BenchEngine engine, IReadOnlyList<LabelledPair> pairs, CancellationToken cancellationToken)
    {
        var embeddings = new ConcurrentDictionary<string, Lazy<Task<float[]>>>(StringComparer.Ordinal);
        var scores = new (double Cosine, double Logit)[pairs.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, pairs.Count, options, async (i, _) =>
        {
            var a = await Embed(pairs[i].A);
            var b = await Embed(pairs[i].B);
            scores[i] = (TensorPrimitives.Dot(a, b), await engine.VerifyAsync(pairs[i].A, pairs[i].B));
        });
        return scores;

        Task<float[]> Embed(string text) => embeddings.GetOrAdd(text, t => new(() => engine.EmbedAsync(t))).Value;
    }
}
