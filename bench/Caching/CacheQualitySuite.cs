using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// What the shipped acceptance policy serves and how often wrongly, on pairs it was not fitted on, beside a static cosine threshold over
/// the same embeddings. Of QQP dev only the half that was not fitted on counts.
/// </summary>
internal sealed class CacheQualitySuite : ISuite
{
    private static readonly (string File, string Name, int Stride)[] Sets =
    [
        ("qqp.pairs.dev.jsonl.gz", "qqp-dev-heldout", 1),
        ("qqp.pairs.test.jsonl.gz", "qqp-test", 1),
        ("mqp.test.jsonl.gz", "mqp-test", 1),
        ("negation.jsonl.gz", "negation", 8),
    ];

    private static readonly double[] CosineThresholds = [0.80, 0.85, 0.90, 0.95];

    public string Name => "cache-quality";

    public string Summary => "Precision and recall of the verified cache on labelled pairs, beside static cosine (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        AcceptancePolicy policy;
        await using (var file = File.OpenRead(Path.Combine(context.ModelsDirectory, "acceptance.json")))
            policy = AcceptancePolicy.Read(file);
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "verifier");
        if (engine is null)
            return 1;
        var measured = 0;
        foreach (var (file, name, stride) in Sets)
        {
            if (await PairFile.ReadAsync(context, file, stride, cancellationToken) is not { } pairs)
                continue;
            var scored = await PairScorer.ScoreAsync(engine, pairs, cancellationToken);
            if (name == "qqp-dev-heldout")
                scored = [.. scored.Where(s => !CacheFitSuite.InFitHalf(s.Pair))];
            Report(context, name, policy, scored);
            measured++;
        }

        if (ComplianceSample.Read("samples") is { } sample)
        {
            var scored = await PairScorer.ScoreAsync(engine, sample, cancellationToken);
            Report(context, "compliance-sample", policy, scored);
            measured++;
        }

        return measured > 0 ? 0 : 1;
    }

    private void Report(SuiteContext context, string set, AcceptancePolicy policy, IReadOnlyList<ScoredPair> scored)
    {
        var ours = new PrecisionRecall(scored.Select(s => (
            s.Guard == MatchGuardReason.None ? policy.Probability(s.Features) : double.NegativeInfinity, s.Pair.Same)));
        var cosine = new PrecisionRecall(scored.Select(s => (s.Features.Cosine, s.Pair.Same)));
        ReportAt(context, $"{set}.verified@shipped", ours, policy.Threshold);
        foreach (var threshold in Enumerable.Range(5, 15).Select(i => i / 20.0).Append(0.97).Append(0.99))
            ReportAt(context, $"{set}.verified@{threshold:0.00}", ours, threshold);
        foreach (var threshold in CosineThresholds)
            ReportAt(context, $"{set}.cosine@{threshold:0.00}", cosine, threshold);
        context.Report(Name, $"{set}.verified.average-precision", ours.AveragePrecision, "share", ours.Count);
        context.Report(Name, $"{set}.cosine.average-precision", cosine.AveragePrecision, "share", cosine.Count);
        foreach (var most in new[] { 0.01, 0.05 })
        {
            context.Report(Name, $"{set}.verified.recall@wrong<={most:0.00}", RecallAtWrong(ours, most), "share", ours.Positives);
            context.Report(Name, $"{set}.cosine.recall@wrong<={most:0.00}", RecallAtWrong(cosine, most), "share", cosine.Positives);
        }

        var forbidden = scored.Where(s => s.Guard != MatchGuardReason.None).ToList();
        context.Report(Name, $"{set}.rules.forbid-different", Share(forbidden.Count(s => !s.Pair.Same), scored.Count(s => !s.Pair.Same)), "share", scored.Count);
        context.Report(Name, $"{set}.rules.forbid-same", Share(forbidden.Count(s => s.Pair.Same), ours.Positives), "share", scored.Count);
    }

    private void ReportAt(SuiteContext context, string metric, PrecisionRecall curve, double threshold)
    {
        var (served, right) = curve.At(threshold);
        context.Report(Name, metric + ".precision", Share(right, served), "share", served);
        context.Report(Name, metric + ".recall", Share(right, curve.Positives), "share", curve.Positives);
        context.Report(Name, metric + ".wrong-of-different", Share(served - right, curve.Count - curve.Positives), "share", curve.Count - curve.Positives);
    }

    // The largest share of true pairs served at any threshold that wrongly serves at most this share of the different ones.
    private static double RecallAtWrong(PrecisionRecall curve, double most)
    {
        var best = 0.0;
        for (var step = 0; step <= 1000; step++)
        {
            var (served, right) = curve.At(step / 1000.0);
            if (Share(served - right, curve.Count - curve.Positives) <= most)
                best = Math.Max(best, Share(right, curve.Positives));
        }

        return best;
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
