using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Time of one vector search on one thread, and recall at 4, against comparing every float vector (TensorPrimitives.Dot) in the same run.
/// Up to 100,000 the vectors are embeddings of Quora questions; the metric name of a larger set says that it is made of them by
/// perturbation. The queries are embeddings of questions of another split.
/// </summary>
internal sealed class CacheSearchSuite : ISuite
{
    private const int Stored = 100_000;
    private const int Queries = 2_000;
    private const int Top = 4;
    private static readonly int[] Sizes = [1_000, 10_000, 32_768, 100_000, 1_000_000];

    public string Name => "cache-search";

    public string Summary => "Vector search: p50/p99 and recall at 4 against float brute force, 1k to 1M vectors (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder");
        if (engine is null || QuestionEmbeddings.PairTexts(context, "qqp.pairs.train.jsonl.gz", Stored) is not { } stored
            || QuestionEmbeddings.StreamTexts(context, "qqp.stream.dev.jsonl.gz", int.MaxValue) is not { } asked)
            return 1;
        var queries = await QuestionEmbeddings.OfAsync(engine, "qqp-dev", asked, cancellationToken);
        var vectors = await QuestionEmbeddings.OfAsync(engine, "qqp-train", stored, cancellationToken);
        foreach (var size in Sizes)
            Measure(context, vectors, queries, size, cancellationToken);
        return 0;
    }

    private void Measure(SuiteContext context, float[] vectors, float[] queries, int size, CancellationToken cancellationToken)
    {
        var index = Fill(vectors, size);
        var view = index.View();
        var set = string.Create(CultureInfo.InvariantCulture, $"{size}.{(size <= Stored ? "real" : "synthetic-perturbed-real")}");
        // Comparing a million vectors takes a while: fewer queries do.
        var slow = size <= Stored ? Queries : Queries / 10;
        var truth = new VectorMatch[slow][];
        var brute = Times(slow, i => truth[i] = Found(view, Query(queries, i), exact: true));
        var ours = Times(Queries, i => Found(view, Query(queries, i), exact: false));
        Report(context, set + ".float-brute-force", brute);
        Report(context, set + ".index", ours);

        cancellationToken.ThrowIfCancellationRequested();
        var found = 0;
        for (var i = 0; i < slow; i++)
            found += Found(view, Query(queries, i), exact: false).Count(m => truth[i].Any(t => t.Row == m.Row));
        context.Report(Name, set + ".index.recall@4", (double)found / (slow * Top), "share", slow * Top);
    }

    private static ReadOnlySpan<float> Query(float[] queries, int i) =>
        queries.AsSpan(i * QuestionEmbeddings.Dimension, QuestionEmbeddings.Dimension);

    private static VectorMatch[] Found(VectorIndexView view, ReadOnlySpan<float> query, bool exact)
    {
        Span<VectorMatch> matches = stackalloc VectorMatch[Top];
        var count = exact ? view.SearchExact(query, -1, VectorFilter.Live, matches) : view.Search(query, -1, VectorFilter.Live, matches);
        return matches[..count].ToArray();
    }

    // Beyond the real ones: each real vector again, turned by noise to a cosine of about 0.8 and normalised.
    private static VectorIndex Fill(float[] vectors, int size)
    {
        var index = new VectorIndex(QuestionEmbeddings.Dimension);
        var random = new Random(7);
        var noise = 0.75f / MathF.Sqrt(QuestionEmbeddings.Dimension / 3f);
        var turned = new float[QuestionEmbeddings.Dimension];
        for (var row = 0; row < size; row++)
        {
            var real = vectors.AsSpan(row % Stored * QuestionEmbeddings.Dimension, QuestionEmbeddings.Dimension);
            if (row < Stored)
            {
                index.Add(real);
                continue;
            }

            for (var i = 0; i < turned.Length; i++)
                turned[i] = real[i] + noise * (random.NextSingle() * 2 - 1);
            TensorPrimitives.Divide(turned, TensorPrimitives.Norm<float>(turned), turned);
            index.Add(turned);
        }

        return index;
    }

    private static double[] Times(int count, Action<int> search)
    {
        for (var i = 0; i < Math.Min(count, 200); i++)
            search(i);
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            search(i);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private void Report(SuiteContext context, string metric, double[] sorted)
    {
        context.Report(Name, metric + ".p50", sorted[sorted.Length / 2], "ms", sorted.Length);
        context.Report(Name, metric + ".p99", sorted[(int)(sorted.Length * 0.99)], "ms", sorted.Length);
    }
}
