using System.Text.Json;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Bench.Routing;

/// <summary>
/// What the shipped router head knows: types of text on the complexity set, and on RouteLLM's three sets whether a question needs the
/// strong model, beside prompt length. Large sets are thinned evenly; <c>n</c> says how many rows counted.
/// </summary>
internal sealed class RouterQualitySuite : ISuite
{
    private const int MostRows = 2500;
    private const int Resamples = 200;

    // At most 5% misrouted among the routed, at 95% confidence, down to a threshold of one half.
    private const double LowestCertified = 0.5;
    private const double MisrouteLimit = 0.05;
    private const double MisrouteLevel = 0.05;

    private static readonly (string File, string Name)[] Sets =
        [("mmlu.jsonl.gz", "mmlu"), ("gsm8k.jsonl.gz", "gsm8k"), ("mt_bench.jsonl.gz", "mt-bench")];

    public string Name => "router-quality";

    public string Summary => "APGR on MMLU, GSM8K, MT-Bench; accuracy, calibration and coverage on the complexity set (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "router");
        if (engine is null)
            return 1;
        var measured = 0;
        if (context.DataFile(Path.Combine("router", "complexity.jsonl.gz")) is { } complexity)
        {
            await ReportComplexityAsync(context, engine, complexity, cancellationToken);
            measured++;
        }

        foreach (var (file, name) in Sets)
        {
            if (context.DataFile(Path.Combine("router", file)) is not { } path)
                continue;
            await ReportGapAsync(context, engine, name, Thin(SuiteContext.ReadJsonLines(path).Where(Clean).Select(ToRow).ToList()), cancellationToken);
            measured++;
        }

        return measured > 0 ? 0 : 1;
    }

    private static bool Clean(JsonElement row) => !row.GetProperty("contaminated").GetBoolean();

    private static RouterRow ToRow(JsonElement row) =>
        new(row.GetProperty("prompt").GetString()!, Grade(row.GetProperty("strong")), Grade(row.GetProperty("weak")));

    // MT-Bench grades both turns.
    private static double Grade(JsonElement grade) =>
        grade.ValueKind == JsonValueKind.Array ? grade.EnumerateArray().Average(g => g.GetDouble()) : grade.GetDouble();

    private static List<T> Thin<T>(List<T> rows) =>
        rows.Count <= MostRows ? rows : [.. Enumerable.Range(0, MostRows).Select(i => rows[(int)((long)i * rows.Count / MostRows)])];

    private static async Task<RouterScores[]> ScoreAsync(BenchEngine engine, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var scores = new RouterScores[texts.Count];
        await Parallel.ForAsync(0, texts.Count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var features = new float[SurfaceFeatures.Count];
            SurfaceFeatures.Compute(texts[i], features);
            scores[i] = await engine.RouteAsync(await engine.EmbedAsync(texts[i]), features);
        });
        return scores;
    }

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    private async Task ReportComplexityAsync(SuiteContext context, BenchEngine engine, string path, CancellationToken cancellationToken)
    {
        var rows = SuiteContext.ReadJsonLines(path)
            .Where(r => r.GetProperty("split").GetString() == "dev")
            .Select(r => (
                Text: r.GetProperty("text").GetString()!,
                Simple: r.GetProperty("label").GetString() == "simple",
                Matched: r.TryGetProperty("len_matched", out var matched) && matched.GetBoolean()))
            .ToList();
        var scores = await ScoreAsync(engine, [.. rows.Select(r => r.Text)], cancellationToken);
        var scored = rows.Select((r, i) => (r.Text, r.Simple, r.Matched, Probability: scores[i].SimpleProbability)).ToList();
        foreach (var (name, part) in new[] { ("complexity-dev", scored), ("complexity-dev-length-matched", scored.Where(r => r.Matched).ToList()) })
        {
            var n = part.Count;
            context.Report(Name, $"{name}.head.accuracy", part.Average(r => r.Probability >= 0.5 == r.Simple ? 1.0 : 0), "share", n);
            context.Report(Name, $"{name}.head.calibration-error", ReliabilityBins.ExpectedCalibrationError([.. part.Select(r => (r.Probability, r.Simple))]), "share", n);
            context.Report(Name, $"{name}.head.auc", ReliabilityBins.AreaUnderCurve([.. part.Select(r => (r.Probability, r.Simple))]), "share", n);
            context.Report(Name, $"{name}.length.auc", ReliabilityBins.AreaUnderCurve([.. part.Select(r => (-(double)r.Text.Length, r.Simple))]), "share", n);
            foreach (var threshold in new[] { 0.70, 0.80, 0.90 })
            {
                var routed = part.Where(r => r.Probability >= threshold).ToList();
                context.Report(Name, $"{name}.head.coverage@{threshold:0.00}", (double)routed.Count / n, "share", n);
                context.Report(Name, $"{name}.head.misrouted@{threshold:0.00}", routed.Count == 0 ? 0 : routed.Average(r => r.Simple ? 0.0 : 1), "share", routed.Count);
            }

            var verdict = ThresholdCertification.Certify(
                [.. part.Select(r => new LabelledScore(r.Probability, r.Simple))], LowestCertified, MisrouteLimit, MisrouteLevel);
            if (verdict.Certified is { } certified)
            {
                context.Report(Name, $"{name}.head.certified-threshold", certified.Threshold, "probability", n);
                context.Report(Name, $"{name}.head.certified-misroute-bound", certified.UpperBound, "share", certified.Accepted);
                context.Report(Name, $"{name}.head.certified-coverage", (double)certified.Accepted / n, "share", n);
            }
        }
    }

    private async Task ReportGapAsync(SuiteContext context, BenchEngine engine, string set, List<RouterRow> rows, CancellationToken cancellationToken)
    {
        var scores = await ScoreAsync(engine, [.. rows.Select(r => r.Prompt)], cancellationToken);
        var random = new Random(17);
        ReportScore(context, $"{set}.head-complexity", rows, i => -scores[i].SimpleProbability);
        ReportScore(context, $"{set}.head-gain", rows, i => scores[i].GainLogit);
        ReportScore(context, $"{set}.length", rows, i => rows[i].Prompt.Length);
        ReportScore(context, $"{set}.random", rows, _ => random.NextDouble());
        ReportScore(context, $"{set}.oracle", rows, i => rows[i].Strong - rows[i].Weak);
    }

    private void ReportScore(SuiteContext context, string metric, List<RouterRow> rows, Func<int, double> score)
    {
        var scored = rows.Select((r, i) => (Score: score(i), r.Strong, r.Weak)).ToList();
        var random = new Random(31);
        var curve = RoutingCurve.Of(scored, random);
        context.Report(Name, $"{metric}.apgr", curve.AveragePerformanceGap, "share", rows.Count);
        context.Report(Name, $"{metric}.cpt50", curve.CallsFor(0.5), "%", rows.Count);
        context.Report(Name, $"{metric}.cpt80", curve.CallsFor(0.8), "%", rows.Count);
        var resampled = Enumerable.Range(0, Resamples)
            .Select(_ => RoutingCurve.Of([.. scored.Select(_ => scored[random.Next(scored.Count)])], random).AveragePerformanceGap)
            .ToList();
        context.Report(Name, $"{metric}.apgr-sd", Deviation(resampled), "share", rows.Count);
    }
}
