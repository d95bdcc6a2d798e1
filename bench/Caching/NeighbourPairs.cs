using System.Numerics.Tensors;
using System.Security.Cryptography;

namespace OrleansLlm.Bench.Caching;

/// <summary>Pairs that a cache would meet: each text with its nearest neighbours, which is where wrong hits come from.</summary>
internal static class NeighbourPairs
{
    private const int Concurrency = 4;

    /// <summary>
    /// Of an intent file's test part: every <paramref name="stride"/>th text with its nearest of the same intent and its nearest of another one.
    /// Texts out of scope have no like. The same intent is not always the same answer, so that a right hit here is a possible one.
    /// </summary>
    public static async Task<PairFile?> OfIntentsAsync(
        SuiteContext context, BenchEngine engine, string file, int stride, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("cache", file)) is not { } path)
            return null;
        var rows = SuiteContext.ReadJsonLines(path)
            .Where(r => !r.TryGetProperty("split", out var split) || split.GetString() == "test")
            .Select(r => (Text: r.GetProperty("text").GetString()!, Intent: r.GetProperty("intent").GetString()!))
            .ToArray();
        var vectors = await EmbedAsync(engine, rows.Select(r => r.Text), cancellationToken);
        var pairs = new List<LabelledPair>();
        for (var i = 0; i < rows.Length; i += stride)
        {
            if (rows[i].Intent != "oos" && Nearest(i, j => rows[j].Intent == rows[i].Intent && rows[j].Text != rows[i].Text) is { } like)
                pairs.Add(new LabelledPair(rows[like].Text, rows[i].Text, true, "same-intent"));
            if (Nearest(i, j => rows[j].Intent != rows[i].Intent || rows[i].Intent == "oos") is { } other)
                pairs.Add(new LabelledPair(rows[other].Text, rows[i].Text, false, "other-intent"));
        }

        return new PairFile(file, HashOf(pairs), pairs);

        int? Nearest(int i, Func<int, bool> among) => NearestOf(vectors, i, among);
    }

    /// <summary>Of conversations: every turn with the nearest turn of another conversation that means something else, as they stand alone.</summary>
    public static async Task<(PairFile Pairs, IReadOnlyList<(Turn Stored, Turn Asked)> Turns)?> OfTurnsAsync(
        SuiteContext context, BenchEngine engine, string file, int stride, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("cache", file)) is not { } path)
            return null;
        var rows = SuiteContext.ReadJsonLines(path).Select(r => new Turn(
            r.GetProperty("id").GetString()!.Split('_', '#') is [.. var head, _] ? string.Join('_', head) : string.Empty,
            [.. r.GetProperty("history").EnumerateArray().Select(h => h.GetString()!)],
            r.GetProperty("utterance").GetString()!,
            r.GetProperty("rewrite").GetString()!)).ToArray();
        var vectors = await EmbedAsync(engine, rows.Select(r => r.Utterance), cancellationToken);
        var turns = new List<(Turn, Turn)>();
        for (var i = 0; i < rows.Length; i += stride)
        {
            if (NearestOf(vectors, i, j => rows[j].Conversation != rows[i].Conversation && rows[j].Rewrite != rows[i].Rewrite) is { } other)
                turns.Add((rows[other], rows[i]));
        }

        var pairs = turns.Select(t => new LabelledPair(t.Item1.Utterance, t.Item2.Utterance, false, "turn")).ToList();
        return (new PairFile(file, HashOf(pairs), pairs), turns);
    }

    private static async Task<float[][]> EmbedAsync(BenchEngine engine, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var all = texts.ToArray();
        var vectors = new float[all.Length][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, all.Length, options, async (i, _) => vectors[i] = await engine.EmbedAsync(all[i]));
        return vectors;
    }

    private static int? NearestOf(float[][] vectors, int i, Func<int, bool> among)
    {
        int? nearest = null;
        var best = float.NegativeInfinity;
        for (var j = 0; j < vectors.Length; j++)
        {
            if (j == i || !among(j))
                continue;
            var cosine = TensorPrimitives.Dot<float>(vectors[i], vectors[j]);
            if (cosine > best)
                (best, nearest) = (cosine, j);
        }

        return nearest;
    }

    // The pairs follow from the embeddings, so that the file's hash would not name them.
    private static string HashOf(List<LabelledPair> pairs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var pair in pairs)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(pair.A + "\n" + pair.B + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A turn of a conversation.</summary>
    /// <param name="Conversation">Its conversation.</param>
    /// <param name="History">What was said before, oldest first.</param>
    /// <param name="Utterance">As it was said.</param>
    /// <param name="Rewrite">What it means.</param>
    public sealed record Turn(string Conversation, IReadOnlyList<string> History, string Utterance, string Rewrite);
}
