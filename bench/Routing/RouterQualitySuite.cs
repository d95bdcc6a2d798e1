using OrleansLlm.Bench.Routing.Baselines;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Bench.Routing;

/// <summary>
/// What the shipped router head knows: types of text on the complexity set, and on RouteLLM's three sets whether a question needs the
/// strong model, beside length, n-grams, nearest neighbours, a linear head, the subject's mean and the published rows.
/// </summary>
internal sealed class RouterQualitySuite : ISuite
{
    // At most 5% misrouted among the routed, at 95% confidence, however low the threshold: how much can be routed at that promise.
    private const double LowestCertified = 0.01;
    private const double MisrouteLimit = 0.05;
    private const double MisrouteLevel = 0.05;
    private const int Neighbours = 20;

    private static readonly (string File, string Name)[] Sets = [("mmlu", "mmlu"), ("gsm8k", "gsm8k"), ("mt_bench", "mt-bench")];

    public string Name => "router-quality";

    public string Summary => "APGR on MMLU, GSM8K, MT-Bench; accuracy, calibration and coverage on the complexity set (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "router");
        if (engine is null)
            return 1;
        if (await RouterData.ReadAsync(context, engine, "complexity", cancellationToken) is not { } complexity
            || await RouterData.ReadAsync(context, engine, "train_matrix", cancellationToken) is not { } matrix)
            return 1;
        await ReportComplexityAsync(context, engine, complexity);
        var report = new GapReport(context, Name);
        var types = complexity.Where(r => RouterData.IsTrain(r.Row) && !RouterData.IsGsm8k(r.Row)).Select(r => (r, RouterData.IsSimple(r.Row))).ToList();
        var solved = matrix.Where(r => !RouterData.IsGsm8k(r.Row)).Select(r => (r, RouterData.MostSolve(r.Row))).ToList();
        var linearTypes = new LinearRouter(types);
        var linearSolved = new LinearRouter(solved);
        var ngramSolved = new NgramRouter(solved);
        var nearest = new NearestRouter(solved.ConvertAll(s => (s.r, s.Item2 ? 0.0 : 1)), Neighbours);
        foreach (var (file, name) in Sets)
        {
            if (await RouterData.ReadAsync(context, engine, file, cancellationToken) is not { } all)
                continue;
            var rows = all.Where(r => RouterData.IsClean(r.Row)).ToList();
            var scores = new Dictionary<RoutedText, RouterScores>(ReferenceEqualityComparer.Instance);
            foreach (var row in rows)
                scores[row] = await ScoreAsync(engine, row);
            var random = new Random(17);
            report.Report($"{name}.head-complexity", rows, r => -scores[r].SimpleProbability);
            report.Report($"{name}.head-gain", rows, r => scores[r].GainLogit);
            report.Report($"{name}.linear-complexity", rows, linearTypes.Score);
            report.Report($"{name}.linear-solved", rows, linearSolved.Score);
            report.Report($"{name}.n-gram-solved", rows, ngramSolved.Score);
            report.Report($"{name}.nearest-solved", rows, nearest.Score);
            report.Report($"{name}.length", rows, r => r.Text.Length);
            report.Report($"{name}.random", rows, _ => random.NextDouble());
            report.Report($"{name}.oracle", rows, Oracle);
            report.ReportPublished(file == "mt_bench" ? "mt-bench" : file, rows.Count);
            if (name != "mmlu")
                continue;
            report.Report("mmlu-without-odd.head-complexity", [.. rows.Where(NotOdd)], r => -scores[r].SimpleProbability);
            report.Report("mmlu-without-odd.length", [.. rows.Where(NotOdd)], r => r.Text.Length);
            if (context.DataFile(Path.Combine("router", "split_mmlu.json")) is { } splits)
                report.ReportAdapted(all, splits);
        }

        return 0;
    }

    private static bool NotOdd(RoutedText row) => !row.Row.TryGetProperty("odd_subject", out _);

    private static double Oracle(RoutedText row)
    {
        var (strong, weak) = RouterData.Grades(row.Row);
        return strong - weak;
    }

    private static Task<RouterScores> ScoreAsync(BenchEngine engine, RoutedText row) => engine.RouteAsync(row.Embedding.ToArray(), row.Features.ToArray());

    private async Task ReportComplexityAsync(SuiteContext context, BenchEngine engine, IReadOnlyList<RoutedText> rows)
    {
        var train = rows.Where(r => RouterData.IsTrain(r.Row)).Select(r => (r, RouterData.IsSimple(r.Row))).ToList();
        var dev = rows.Where(r => !RouterData.IsTrain(r.Row)).ToList();
        var head = new double[dev.Count];
        for (var i = 0; i < dev.Count; i++)
            head[i] = (await ScoreAsync(engine, dev[i])).SimpleProbability;
        var linear = new LinearRouter(train);
        var ngram = new NgramRouter(train);
        var nearest = new NearestRouter(train.ConvertAll(t => (t.r, t.Item2 ? 0.0 : 1)), Neighbours);
        foreach (var (name, kept) in new[] { ("complexity-dev", new Func<RoutedText, bool>(_ => true)), ("complexity-dev-length-matched", r => r.Row.TryGetProperty("len_matched", out var matched) && matched.GetBoolean()) })
        {
            var places = Enumerable.Range(0, dev.Count).Where(i => kept(dev[i])).ToList();
            Report(context, $"{name}.head", places, i => head[i], dev);
            ReportRouted(context, $"{name}.head", places, head, dev);
            Report(context, $"{name}.linear", places, i => 1 / (1 + Math.Exp(linear.Score(dev[i]))), dev);
            Report(context, $"{name}.n-gram", places, i => 1 / (1 + Math.Exp(ngram.Score(dev[i]))), dev);
            Report(context, $"{name}.nearest", places, i => 1 - nearest.Score(dev[i]), dev);
            context.Report(
                Name, $"{name}.length.auc",
                ReliabilityBins.AreaUnderCurve([.. places.Select(i => (-(double)dev[i].Text.Length, RouterData.IsSimple(dev[i].Row)))]), "share", places.Count);
        }
    }

    // What the gateway does at its threshold, before and after it keeps up what a wrong answer is costly in.
    private void ReportRouted(SuiteContext context, string metric, List<int> places, double[] head, List<RoutedText> dev)
    {
        var stakes = StakesClassifier.Read(File.ReadAllBytes(Path.Combine(context.ModelsDirectory, "stakes.json")));
        foreach (var (rule, isKept) in new[] { ("score", new Func<RoutedText, bool>(_ => false)), ("score-and-stakes", text => stakes.KindOf(text.Embedding.Span, text.Features.Span, StakesClassifier.Kinds) is not null) })
        {
            foreach (var (label, isSimple) in new[] { ("simple", true), ("complex", false) })
            {
                var rows = places.Where(i => RouterData.IsSimple(dev[i].Row) == isSimple).ToList();
                var down = rows.Count(i => head[i] >= RoutingPolicy.DefaultThreshold && !isKept(dev[i]));
                context.Report(Name, $"{metric}.{label}-down-by-{rule}", (double)down / rows.Count, "share", rows.Count);
            }
        }
    }

    private void Report(SuiteContext context, string metric, List<int> places, Func<int, double> probability, List<RoutedText> dev)
    {
        var part = places.ConvertAll(i => (Probability: probability(i), Simple: RouterData.IsSimple(dev[i].Row)));
        var n = part.Count;
        context.Report(Name, $"{metric}.accuracy", part.Average(r => r.Probability >= 0.5 == r.Simple ? 1.0 : 0), "share", n);
        context.Report(Name, $"{metric}.calibration-error", ReliabilityBins.ExpectedCalibrationError(part), "share", n);
        context.Report(Name, $"{metric}.auc", ReliabilityBins.AreaUnderCurve(part), "share", n);
        foreach (var threshold in new[] { 0.70, 0.80, 0.90 })
        {
            var routed = part.Where(r => r.Probability >= threshold).ToList();
            context.Report(Name, $"{metric}.coverage@{threshold:0.00}", (double)routed.Count / n, "share", n);
            context.Report(Name, $"{metric}.misrouted@{threshold:0.00}", routed.Count == 0 ? 0 : routed.Average(r => r.Simple ? 0.0 : 1), "share", routed.Count);
        }

        var verdict = ThresholdCertification.Certify([.. part.Select(r => new LabelledScore(r.Probability, r.Simple))], LowestCertified, MisrouteLimit, MisrouteLevel);
        if (verdict.Certified is not { } certified)
            return;
        context.Report(Name, $"{metric}.certified-threshold", certified.Threshold, "probability", n);
        context.Report(Name, $"{metric}.certified-misroute-bound", certified.UpperBound, "share", certified.Accepted);
        context.Report(Name, $"{metric}.certified-coverage", (double)certified.Accepted / n, "share", n);
        context.Report(Name, $"{metric}.simple", part.Average(r => r.Simple ? 1.0 : 0), "share", n);
    }
}
