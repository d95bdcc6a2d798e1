using System.Text.Json;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// What the shipped acceptance policy serves and how often wrongly, on pairs it was not fitted on, beside a static cosine threshold over
/// the same embeddings (all-MiniLM-L6-v2) and GPTCache's default, which is that at 0.8. Of QQP dev only the half that was not fitted on
/// counts. vCache learns over time and stands in <c>cache-stream</c>.
/// </summary>
internal sealed class CacheQualitySuite : ISuite
{
    private const double GptCacheThreshold = 0.8;

    private static readonly (string File, string Name, int Stride)[] Sets =
    [
        ("qqp.pairs.dev.jsonl.gz", "qqp-dev-heldout", 1),
        ("qqp.pairs.test.jsonl.gz", "qqp-test", 1),
        ("mqp.test.jsonl.gz", "mqp-test", 1),
        ("negation.jsonl.gz", "negation", 8),
        ("gptcache_mock.jsonl.gz", "gptcache-mock", 1),
    ];

    private static readonly (string File, string Name, int Stride)[] Intents = [("clinc150.jsonl.gz", "clinc-test", 4), ("banking77.test.jsonl.gz", "banking-test", 2)];

    private static readonly (string File, string Name, int Stride)[] Conversations =
        [("multiturn.cast2020.jsonl.gz", "cast2020", 1), ("multiturn.cast2021.jsonl.gz", "cast2021", 1), ("multiturn.canard_dev.jsonl.gz", "canard-dev", 3)];

    private static readonly double[] CosineThresholds = [0.85, 0.90, 0.95];

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
                scored = [.. scored.Where(s => !CacheFitSuite.InFitHalf(s.A))];
            Report(context, name, policy, scored);
            if (name is "negation" or "gptcache-mock")
                AnswerPairs.Report(context, Name, name, scored);
            measured++;
        }

        foreach (var (file, name, stride) in Intents)
        {
            if (await NeighbourPairs.OfIntentsAsync(context, engine, file, stride, cancellationToken) is not { } pairs)
                continue;
            Report(context, name, policy, await PairScorer.ScoreAsync(engine, pairs, cancellationToken));
            measured++;
        }

        foreach (var (file, name, stride) in Conversations)
        {
            if (await NeighbourPairs.OfTurnsAsync(context, engine, file, stride, cancellationToken) is not { } turns)
                continue;
            ReportTurns(context, name, policy, await PairScorer.ScoreAsync(engine, turns.Pairs, cancellationToken), turns.Turns);
            measured++;
        }

        foreach (var pairs in PairFile.LookAlikes())
        {
            var curve = new PrecisionRecall((await PairScorer.ScoreAsync(engine, pairs, cancellationToken)).Select(s => (s.Score(policy), s.Same)));
            ReportAt(context, $"look-alikes.{pairs.Name}.verified@shipped", curve, policy.Threshold);
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

    private static CachePartition PartitionOf(NeighbourPairs.Turn turn)
    {
        var messages = turn.History.Select((text, i) => new { role = i % 2 == 0 ? "user" : "assistant", content = text })
            .Append(new { role = "user", content = turn.Utterance });
        var body = JsonSerializer.SerializeToUtf8Bytes(new { model = "gpt-4o", messages });
        return ChatRequestReader.Read(body, null, out var chat) is null
            ? CachePartition.Of(chat!, "bench", string.Empty, 0, false)
            : throw new InvalidDataException("a turn cannot be read as a chat request");
    }

    private void Report(SuiteContext context, string set, AcceptancePolicy policy, IReadOnlyList<ComparedPair> scored)
    {
        var ours = new PrecisionRecall(scored.Select(s => (s.Score(policy), s.Same)));
        var cosine = new PrecisionRecall(scored.Select(s => (s.Features.Cosine, s.Same)));
        ReportAt(context, $"{set}.verified@shipped", ours, policy.Threshold);
        foreach (var threshold in Enumerable.Range(5, 15).Select(i => i / 20.0).Append(0.97).Append(0.99))
            ReportAt(context, $"{set}.verified@{threshold:0.00}", ours, threshold);
        ReportAt(context, $"{set}.gptcache-default", cosine, GptCacheThreshold);
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
        context.Report(Name, $"{set}.rules.forbid-different", Share(forbidden.Count(s => !s.Same), scored.Count(s => !s.Same)), "share", scored.Count);
        context.Report(Name, $"{set}.rules.forbid-same", Share(forbidden.Count(s => s.Same), ours.Positives), "share", scored.Count);
        foreach (var rule in forbidden.GroupBy(s => s.Guard).OrderBy(g => g.Key))
        {
            context.Report(Name, $"{set}.rules.{rule.Key}.forbid-different", Share(rule.Count(s => !s.Same), scored.Count(s => !s.Same)), "share", scored.Count);
            context.Report(Name, $"{set}.rules.{rule.Key}.forbid-same", Share(rule.Count(s => s.Same), ours.Positives), "share", scored.Count);
            // What the policy would serve of them if the rule were not there.
            var let = rule.Where(s => policy.Probability(s.Features) >= policy.Threshold).ToList();
            context.Report(Name, $"{set}.rules.{rule.Key}.lifted.right", let.Count(s => s.Same), "pairs", rule.Count());
            context.Report(Name, $"{set}.rules.{rule.Key}.lifted.wrong", let.Count(s => !s.Same), "pairs", rule.Count());
        }
    }

    // All of these pairs are different, so that everything served is wrong. Alone is the turn without its conversation, as a cache without
    // partitions would see it.
    private void ReportTurns(
        SuiteContext context, string set, AcceptancePolicy policy, IReadOnlyList<ComparedPair> scored, IReadOnlyList<(NeighbourPairs.Turn Stored, NeighbourPairs.Turn Asked)> turns)
    {
        var served = scored.Select(s => s.Score(policy) >= policy.Threshold).ToList();
        var together = turns.Select(t => PartitionOf(t.Stored) == PartitionOf(t.Asked)).ToList();
        context.Report(Name, $"{set}.verified@shipped.wrong-of-different", Share(served.Zip(together).Count(p => p.First && p.Second), scored.Count), "share", scored.Count);
        context.Report(Name, $"{set}.alone.verified@shipped.wrong-of-different", Share(served.Count(s => s), scored.Count), "share", scored.Count);
        context.Report(Name, $"{set}.alone.gptcache-default.wrong-of-different", Share(scored.Count(s => s.Features.Cosine >= GptCacheThreshold), scored.Count), "share", scored.Count);
        foreach (var threshold in CosineThresholds)
            context.Report(Name, $"{set}.alone.cosine@{threshold:0.00}.wrong-of-different", Share(scored.Count(s => s.Features.Cosine >= threshold), scored.Count), "share", scored.Count);
    }

    private void ReportAt(SuiteContext context, string metric, PrecisionRecall curve, double threshold)
    {
        var (served, right) = curve.At(threshold);
        context.Report(Name, metric + ".served", Share(served, curve.Count), "share", curve.Count);
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
