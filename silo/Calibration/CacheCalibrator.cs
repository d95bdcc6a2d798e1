using System.Numerics.Tensors;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Inference;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Runs labelled pairs through the shipped models, as the cache would.</summary>
internal static class CacheCalibrator
{
    private const int Concurrency = 4;

    /// <summary>What models and words say of each pair.</summary>
    /// <param name="engine">With embedder and verifier loaded.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="progress">Told after every pair how many are done.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<IReadOnlyList<ComparedPair>> CompareAsync(
        InferenceEngine engine, IReadOnlyList<LabelledPair> pairs, Action<int> progress, CancellationToken cancellationToken)
    {
        var compared = new ComparedPair[pairs.Count];
        var done = 0;
        await Parallel.ForAsync(0, pairs.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var pair = pairs[i];
            var a = await RunAsync(engine.Embedder, pair.A);
            var b = await RunAsync(engine.Embedder, pair.B);
            var forward = await RunAsync(engine.Verifier, new TextPair(pair.A, pair.B));
            var backward = await RunAsync(engine.Verifier, new TextPair(pair.B, pair.A));
            var comparison = PairComparison.Of(QuestionProfile.Read(pair.A), QuestionProfile.Read(pair.B));
            var features = PairFeatures.From(comparison, ((double)forward + backward) / 2, TensorPrimitives.Dot(a, b));
            compared[i] = new ComparedPair(pair.A, pair.B, pair.Same, features, engine.GuardOf(comparison, pair.A, pair.B));
            progress(Interlocked.Increment(ref done));
        });
        return compared;
    }

    private static async Task<TOut> RunAsync<TIn, TOut>(IInferenceLane<TIn, TOut> lane, TIn input)
    {
        var result = await lane.RunAsync(input, Deadline.Never);
        return result.IsCompleted ? result.Value : throw new InvalidOperationException($"the {lane.Name} lane answered {result.Outcome}");
    }
}
