using OrleansLlm.Core;
using OrleansLlm.Core.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Runs golden questions through embedder and router, as the gateway would.</summary>
internal static class RouterScorer
{
    private const int Concurrency = 4;

    /// <summary>The router's logit of each question.</summary>
    public static async Task<IReadOnlyList<GoldenScore>> ScoreAsync(
        InferenceEngine engine, IReadOnlyList<GradedQuestion> questions, Action<int> progress, CancellationToken cancellationToken)
    {
        var scores = new GoldenScore[questions.Count];
        var done = 0;
        await Parallel.ForAsync(0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var features = new float[SurfaceFeatures.Count];
            SurfaceFeatures.Compute(questions[i].Text, features);
            var routed = await RunAsync(engine.Router, new RouterInput(await RunAsync(engine.Embedder, questions[i].Text), features));
            scores[i] = new GoldenScore(questions[i].Text, -routed.ComplexLogit, questions[i].IsSimple);
            progress(Interlocked.Increment(ref done));
        });
        return scores;
    }

    private static async Task<TOut> RunAsync<TIn, TOut>(IInferenceLane<TIn, TOut> lane, TIn input)
    {
        var result = await lane.RunAsync(input, Deadline.Never);
        return result.IsCompleted ? result.Value : throw new InvalidOperationException($"the {lane.Name} lane answered {result.Outcome}");
    }
}
