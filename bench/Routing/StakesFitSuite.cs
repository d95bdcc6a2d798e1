using System.Security.Cryptography;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>
/// Fits <c>models/stakes.json</c>: a logistic head for calculations and one for high stakes, on our own questions and, as ordinary ones, the look-ups and the requests
/// to a bank among the training rows of the complexity set. Told on our development and test questions and on that set's simple development rows.
/// </summary>
internal sealed class StakesFitSuite : ISuite
{
    // Of 1, 3, 10 and 30 none is much better on the development questions.
    private const double Penalty = 1;
    // As unsure as a question that is not clearly simple.
    private const double Threshold = 1 - RoutingPolicy.DefaultThreshold;
    private const string Complexity = "complexity";
    // Web searches, a tenth of which are about health, tax and law: not ordinary.
    private const string Unsorted = "mq-web";

    public string Name => "stakes-fit";

    public string Summary => "Fits what tells costly questions and writes stakes.json beside the models (--models names the folder; --data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "router");
        if (engine is null)
            return 1;
        if (await RouterData.ReadAsync(context, engine, Complexity, cancellationToken) is not { } complexity
            || context.DataFile(Path.Combine("router", Complexity + ".jsonl.gz")) is not { } complexityFile)
            return 1;
        var simple = complexity.Where(static r => RouterData.IsSimple(r.Row)).ToLookup(static r => RouterData.IsTrain(r.Row));
        var rows = simple[true].Where(static r => r.Row.GetProperty("source").GetString() != Unsorted).Select(static r => new StakesQuestion(r, null)).ToList();
        var data = new List<StakesData> { new(Path.GetFileName(complexityFile), Hash(complexityFile), rows.Count) };
        foreach (var path in StakesQuestions.Training)
        {
            var questions = await StakesQuestions.ReadAsync(engine, path, cancellationToken);
            rows.AddRange(questions);
            data.Add(new StakesData(Path.GetFileName(path), Hash(path), questions.Count));
        }

        var model = new StakesModel
        {
            Version = StakesModel.CurrentVersion,
            Embedder = engine.EmbeddingModelId,
            Method = "Logistic regression of each kind against all other questions, over the embedding and standardised surface features (bench stakes-fit).",
            Data = data,
            Heads = [.. StakesClassifier.Kinds.Select(kind => Fit(rows, kind))],
        };
        await File.WriteAllBytesAsync(Path.Combine(context.ModelsDirectory, "stakes.json"), StakesClassifier.Write(model), cancellationToken);

        var classifier = new StakesClassifier(model);
        foreach (var set in StakesQuestions.Development.Concat(StakesQuestions.Test))
        {
            var questions = await StakesQuestions.ReadAsync(engine, StakesQuestions.PathOf(set), cancellationToken);
            foreach (var kind in questions.GroupBy(static q => q.Kind))
            {
                var name = $"{set}.{kind.Key?.ToString() ?? "Ordinary"}";
                context.Report(Name, $"{name}.kept-up", Share(kind.Select(static q => q.Text)), "share", kind.Count());
                var down = new List<RoutedText>();
                foreach (var question in kind)
                {
                    if ((await engine.RouteAsync(question.Text.Embedding.ToArray(), question.Text.Features.ToArray())).SimpleProbability >= RoutingPolicy.DefaultThreshold)
                        down.Add(question.Text);
                }

                context.Report(Name, $"{name}.down-by-score", (double)down.Count / kind.Count(), "share", kind.Count());
                context.Report(Name, $"{name}.down-by-score-and-stakes", (double)down.Count(t => !IsKeptUp(t)) / kind.Count(), "share", kind.Count());
            }
        }

        foreach (var source in simple[false].GroupBy(static r => r.Row.GetProperty("source").GetString()))
            context.Report(Name, $"complexity-dev.{source.Key}.kept-up", Share(source), "share", source.Count());
        return 0;

        bool IsKeptUp(RoutedText text) => classifier.KindOf(text.Embedding.Span, text.Features.Span, StakesClassifier.Kinds) is not null;
        double Share(IEnumerable<RoutedText> texts) => texts.Average(t => IsKeptUp(t) ? 1.0 : 0);
    }

    private static StakesHead Fit(List<StakesQuestion> rows, RouteReason kind)
    {
        var (weights, bias) = LogisticHeadFit.Fit([.. rows.Select(q => (q.Text.Embedding, q.Text.Features, q.Kind == kind))], Penalty);
        return new StakesHead(kind, Threshold, bias, weights);
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
