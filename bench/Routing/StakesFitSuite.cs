using System.Security.Cryptography;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>
/// Fits <c>models/stakes.json</c>: a logistic head for calculations and one for high stakes, on our own questions and, as ordinary ones, the training rows of
/// the complexity set that are look-ups and requests to a bank. What the fit leaves open is chosen on our development questions; those of the test file, by other
/// authors, say how good it is.
/// </summary>
internal sealed class StakesFitSuite : ISuite
{
    // What a question that is not clearly simple goes up by: 1 - RoutingPolicy.DefaultThreshold.
    private const double Threshold = 1 - RoutingPolicy.DefaultThreshold;

    private static readonly RouteReason[] Kinds = [RouteReason.Calculation, RouteReason.HighStakes];

    public string Name => "stakes-fit";

    public string Summary => "Fits what tells costly questions and writes stakes.json beside the models (--models names the folder; --data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder");
        if (engine is null)
            return 1;
        if (await RouterData.ReadAsync(context, engine, "complexity", cancellationToken) is not { } complexity)
            return 1;
        var own = new List<StakesQuestion>();
        foreach (var path in StakesQuestions.Training)
            own.AddRange(await StakesQuestions.ReadAsync(engine, path, cancellationToken));
        var dev = await StakesQuestions.ReadAsync(engine, StakesQuestions.PathOf(StakesQuestions.Development), cancellationToken);
        var ordinary = complexity.Where(r => RouterData.IsTrain(r.Row) && RouterData.IsSimple(r.Row) && r.Row.GetProperty("source").GetString() != "mq-web")
            .Select(static r => new StakesQuestion(r, null)).ToList();
        var simple = complexity.Where(r => !RouterData.IsTrain(r.Row) && RouterData.IsSimple(r.Row)).ToList();
        foreach (var penalty in new[] { 1.0, 3, 10, 30 })
        {
            foreach (var stride in new[] { 1_000_000, 8, 3, 1 })
            {
                List<StakesQuestion> train = [.. own, .. ordinary.Where((_, i) => i % stride == 0)];
                var heads = Kinds.Select(k =>
                {
                    var (weights, bias) = LogisticHeadFit.Fit([.. train.Select(q => (q.Text.Embedding, q.Text.Features, q.Kind == k))], penalty);
                    return (k, weights, bias);
                }).ToList();
                foreach (var threshold in new[] { 0.5, 0.35, 0.2, 0.1 })
                {
                    var classifier = new StakesClassifier(new StakesModel
                    {
                        Version = StakesModel.CurrentVersion, Embedder = engine.EmbeddingModelId, Method = "", Data = [],
                        Heads = [.. heads.Select(h => new StakesHead(h.k, threshold, h.bias, h.weights))],
                    });
                    bool Up(RoutedText t) => classifier.KindOf(t.Embedding.Span, t.Features.Span) is not null;
                    Console.WriteLine($"penalty {penalty,4} negatives/{stride,-8} t {threshold:0.00}: dev calc up {dev.Where(q => q.Kind == RouteReason.Calculation).Average(q => Up(q.Text) ? 1.0 : 0):0.000} stakes up {dev.Where(q => q.Kind == RouteReason.HighStakes).Average(q => Up(q.Text) ? 1.0 : 0):0.000} ordinary up {dev.Where(q => q.Kind == null).Average(q => Up(q.Text) ? 1.0 : 0):0.000}; complexity dev simple up {simple.Average(q => Up(q) ? 1.0 : 0):0.0000}");
                }
            }
        }
        return 0;
    }
}
