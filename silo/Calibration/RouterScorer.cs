using OrleansLlm.Core;
using OrleansLlm.Core.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Runs golden questions through embedder and router, as the gateway would.</summary>
internal static class RouterScorer
{
    private const int Concurrency = 4;

    /// <summary>What the models say of each question, in order.</summary>
    public static async Task<IReadOnlyList<QuestionScores>> ScoreAsync(
        InferenceEngine engine, IReadOnlyList<GoldenQuestion> questions, Action<int> progress, CancellationToken cancellationToken)
    {
        var scores = new QuestionScores[questions.Count];
        var done = 0;
        await Parallel.ForAsync(0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var text = RoutedText.Of(questions[i].Text);
            var features = SurfaceFeatures.Of(text);
            var embedding = await RunAsync(engine.Embedder, text);
            var routed = await RunAsync(engine.Router, new RouterInput(embedding, features) { Text = text });
            scores[i] = new QuestionScores(embedding, features, -routed.ComplexLogit);
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

/// <summary>What the models say of a question.</summary>
/// <param name="Embedding">Its embedding.</param>
/// <param name="Features">Its surface features.</param>
/// <param name="SimpleLogit">The shipped router's logit that a weak model is enough.</param>
internal sealed record QuestionScores(float[] Embedding, float[] Features, double SimpleLogit);

/// <summary>A golden question with its label and its scores.</summary>
/// <param name="Question">The question and its label.</param>
/// <param name="Scores">What the models say of it.</param>
internal sealed record ScoredQuestion(GradedQuestion Question, QuestionScores Scores)
{
    /// <summary>As the shipped router scores it.</summary>
    public GoldenScore Shipped() => new(Question.Text, Scores.SimpleLogit, Question.IsSimple);

    /// <summary>As a head of one's own scores it.</summary>
    public GoldenScore By(RouterHead head) => new(Question.Text, head.SimpleLogit(Scores.Embedding, Scores.Features), Question.IsSimple);
}
