using System.Globalization;
using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Questions with the number of the answer that is right for each, and for every pair that retrieval could show the verifier, what the
/// models and the rules say. Computed once and kept in the temporary folder, so that any order of arrival can be played through.
/// </summary>
internal sealed class QuestionStream
{
    // Retrieval shows four; more are kept because any of them may be the first four of another order.
    private const int Neighbours = 16;
    private const float CandidateThreshold = 0.70f;
    private const int Concurrency = 4;

    private QuestionStream(string name, int[] answers, Edge[][] edges)
    {
        Name = name;
        Answers = answers;
        Edges = edges;
    }

    public string Name { get; }

    public int Count => Answers.Length;

    /// <summary>By question: the number of its answer.</summary>
    public int[] Answers { get; }

    /// <summary>By question: its nearest, nearest first.</summary>
    public Edge[][] Edges { get; }

    /// <summary>Hits that a perfect cache would have in any order.</summary>
    public int MostHits => Count - Answers.Distinct().Count();

    /// <summary>Reads the first <paramref name="most"/> questions of a stream file; null where it is absent.</summary>
    public static async Task<QuestionStream?> ReadAsync(
        SuiteContext context, BenchEngine engine, AcceptancePolicy policy, string file, int most, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("cache", file)) is not { } path)
            return null;
        var rows = SuiteContext.ReadJsonLines(path).Take(most).ToList();
        var texts = rows.Select(r => r.GetProperty("text").GetString()!).ToArray();
        var answers = rows.Select(r => r.GetProperty("answer_id").GetInt32()).ToArray();
        var name = Path.GetFileName(file).Replace(".jsonl.gz", "", StringComparison.Ordinal);
        var kept = Path.Combine(
            BenchEngine.ScoresFolder, $"{name}-{texts.Length}-{engine.Sha256("embedder")[..8]}-{engine.Sha256("verifier")[..8]}.pairs");
        if (!File.Exists(kept))
            await ScoreAsync(engine, name, texts, kept, cancellationToken);
        var different = Different(context, file.Replace("stream", "pairs", StringComparison.Ordinal));
        var edges = Array.ConvertAll(texts, _ => new List<Edge>());
        var profiles = Array.ConvertAll(texts, QuestionProfile.Read);
        var normalized = Array.ConvertAll(texts, QuestionText.Normalize);
        foreach (var line in File.ReadLines(kept))
        {
            var parts = line.Split(' ');
            var (i, j) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
            var cosine = double.Parse(parts[2], CultureInfo.InvariantCulture);
            var logit = double.Parse(parts[3], CultureInfo.InvariantCulture);
            var comparison = PairComparison.Of(profiles[i], profiles[j]);
            var identical = normalized[i] == normalized[j];
            var probability = identical ? 1 : engine.GuardOf(comparison, texts[i], texts[j]) != MatchGuardReason.None ? 0 : policy.Probability(PairFeatures.From(comparison, logit, cosine));
            bool? right = identical || answers[i] == answers[j] ? true : different.Contains((texts[i], texts[j])) ? false : null;
            edges[i].Add(new Edge(j, cosine, probability, identical, right));
            edges[j].Add(new Edge(i, cosine, probability, identical, right));
        }

        return new(name, answers, [.. edges.Select(e => e.OrderByDescending(x => x.Cosine).ThenBy(x => x.Other).ToArray())]);
    }

    // The stream knows duplicates; that two questions are different is known of labelled pairs only.
    private static HashSet<(string, string)> Different(SuiteContext context, string file)
    {
        var different = new HashSet<(string, string)>();
        if (context.DataFile(Path.Combine("cache", file)) is not { } path)
            return different;
        foreach (var row in SuiteContext.ReadJsonLines(path).Where(r => r.GetProperty("same").GetInt32() == 0))
        {
            var (a, b) = (row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()!);
            different.Add((a, b));
            different.Add((b, a));
        }

        return different;
    }

    private static async Task ScoreAsync(BenchEngine engine, string name, string[] texts, string kept, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"embedding {texts.Length} questions of {name}");
        var vectors = new float[texts.Length][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, texts.Length, options, async (i, _) => vectors[i] = await engine.EmbedAsync(texts[i]));
        var pairs = new HashSet<(int, int)>();
        var nearest = new (int Other, float Cosine)[texts.Length][];
        Parallel.For(0, texts.Length, i => nearest[i] = [.. Enumerable.Range(0, texts.Length).Where(j => j != i)
            .Select(j => (Other: j, Cosine: TensorPrimitives.Dot<float>(vectors[i], vectors[j]))).Where(n => n.Cosine >= CandidateThreshold)
            .OrderByDescending(n => n.Cosine).Take(Neighbours)]);
        for (var i = 0; i < texts.Length; i++)
        {
            foreach (var (other, _) in nearest[i])
                pairs.Add((Math.Min(i, other), Math.Max(i, other)));
        }

        var ordered = pairs.Order().ToArray();
        await Console.Error.WriteLineAsync($"verifying {ordered.Length} pairs of {name}");
        var lines = new string[ordered.Length];
        await Parallel.ForAsync(0, ordered.Length, options, async (p, _) =>
        {
            var (i, j) = ordered[p];
            // What the rules forbid never reaches the verifier.
            var guard = engine.GuardOf(PairComparison.Of(QuestionProfile.Read(texts[i]), QuestionProfile.Read(texts[j])), texts[i], texts[j]);
            var logit = guard == MatchGuardReason.None ? await engine.VerifyAsync(texts[i], texts[j]) : double.NaN;
            lines[p] = string.Create(CultureInfo.InvariantCulture, $"{i} {j} {TensorPrimitives.Dot<float>(vectors[i], vectors[j]):R} {logit:R}");
        });
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        await File.WriteAllLinesAsync(kept + ".part", lines, cancellationToken);
        File.Move(kept + ".part", kept, overwrite: true);
    }

    /// <summary>A question's neighbour.</summary>
    /// <param name="Other">Its number.</param>
    /// <param name="Cosine">Cosine similarity.</param>
    /// <param name="Probability">Accept probability; 0 where a rule forbids the match, 1 for the identical text.</param>
    /// <param name="Identical">The same text but for case, space and final marks.</param>
    /// <param name="IsRight">Whether one answer serves both; null where nobody said.</param>
    public readonly record struct Edge(int Other, double Cosine, double Probability, bool Identical, bool? IsRight);
}
