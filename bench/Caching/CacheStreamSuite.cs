using OrleansLlm.Bench.Caching.Baselines;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Questions one after the other into an empty cache: hit rate, wrong / hits and wrong / requests of ours, of a static cosine threshold and of
/// vCache; hit rates at equal error; and in how many of 100 shuffles the promised error rate held. Wrong / hits is over the hits whose pair
/// is labelled; beside it stands the upper bound with every unlabelled hit as wrong. QQP's labels are noisy: many of the pairs that
/// they call different ("Can someone read my palm?", "Could someone read my palm?") are not.
/// </summary>
internal sealed class CacheStreamSuite : ISuite
{
    private const int Shuffles = 100;
    private const int Checkpoints = 4;

    // As shipped, and with every answer compared: the stream holds too few hits for a proof from the shipped share.
    private static readonly (string Name, double Hits, double Misses)[] Sampling = [("sampled", 0.02, 0.1), ("all", 1, 1)];
    private static readonly double[] Targets = [0.01, 0.02, 0.05, 0.10];

    public string Name => "cache-stream";

    public string Summary => "Hit rate and wrong hits over a stream of questions from a cold start, beside static cosine and vCache (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        AcceptancePolicy policy;
        await using (var file = File.OpenRead(Path.Combine(context.ModelsDirectory, "acceptance.json")))
            policy = AcceptancePolicy.Read(file);
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "verifier");
        if (engine is null)
            return 1;
        var measured = 0;
        foreach (var file in new[] { "qqp.stream.dev.jsonl.gz", "qqp.stream.test.jsonl.gz" })
        {
            if (await QuestionStream.ReadAsync(context, engine, policy, file, int.MaxValue, cancellationToken) is not { } stream)
                continue;
            Report(context, stream, policy);
            measured++;
        }

        return measured > 0 ? 0 : 1;
    }

    private static RiskController Controller(AcceptancePolicy policy, double target, bool trust) => RiskController.Start(
        new RiskSettings(MaxErrorRate: target, ServeBeforeEvidence: trust),
        "stream", policy.Model.Provenance.Curve.Select(p => p.Threshold), policy.Threshold, DateTimeOffset.UnixEpoch);

    private static int[] Shuffled(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }

    private void Report(SuiteContext context, QuestionStream stream, AcceptancePolicy policy)
    {
        var order = Enumerable.Range(0, stream.Count).ToArray();
        context.Report(Name, $"{stream.Name}.most-hits", (double)stream.MostHits / stream.Count, "share", stream.Count);
        ReportOverTime(context, $"{stream.Name}.verified@shipped", new VerifiedCache(stream, policy.Threshold), order);
        foreach (var threshold in new[] { 0.80, 0.85, 0.90, 0.95, 0.97 })
            ReportOverTime(context, $"{stream.Name}.cosine@{threshold:0.00}", new CosineCache(stream, threshold), order);
        foreach (var delta in new[] { 0.01, 0.02, 0.05 })
            ReportOverTime(context, $"{stream.Name}.vcache@{delta:0.00}", new VCache(stream, delta, new Random(1)), order);
        foreach (var target in Targets)
            ReportOverTime(context, $"{stream.Name}.risk@{target:0.00}.all", new RiskControlledCache(stream, Controller(policy, target, false), 1, 1, new Random(1)), order);
        ReportAtEqualError(context, stream, order);
        foreach (var trust in new[] { true, false })
        {
            foreach (var target in Targets)
            {
                foreach (var (name, hits, misses) in Sampling)
                    ReportShuffles(context, $"{stream.Name}.risk@{target:0.00}.{(trust ? "prior" : "evidence")}.{name}", stream, policy, target, trust, hits, misses);
            }
        }
    }

    private void ReportOverTime(SuiteContext context, string metric, StreamCache cache, int[] order)
    {
        var end = cache.Play(order, sums =>
        {
            if (sums.Requests * Checkpoints / order.Length != (sums.Requests - 1) * Checkpoints / order.Length && sums.Requests < order.Length)
                Report(context, $"{metric}.after-{sums.Requests}", sums);
        });
        Report(context, metric, end);
    }

    private void Report(SuiteContext context, string metric, StreamOutcome sums)
    {
        context.Report(Name, metric + ".hit-rate", sums.HitRate, "share", sums.Requests);
        context.Report(Name, metric + ".wrong-of-hits", sums.WrongOfHits, "share", sums.Hits - sums.Unlabelled);
        context.Report(Name, metric + ".wrong-of-hits-at-most", sums.WrongOfHitsAtMost, "share", sums.Hits);
        context.Report(Name, metric + ".wrong-of-requests", sums.WrongOfRequests, "share", sums.Requests);
    }

    // Every threshold played through on its own, because what is stored depends on what was served.
    private void ReportAtEqualError(SuiteContext context, QuestionStream stream, int[] order)
    {
        var verified = Enumerable.Range(10, 90).Select(i => new VerifiedCache(stream, i / 100.0).Play(order)).ToList();
        var cosine = Enumerable.Range(280, 121).Select(i => new CosineCache(stream, i / 400.0).Play(order)).ToList();
        foreach (var target in Targets)
        {
            var (ours, theirs) = (Best(verified, target), Best(cosine, target));
            context.Report(Name, $"{stream.Name}.equal-error@{target:0.00}.verified.hit-rate", ours.HitRate, "share", ours.Hits);
            context.Report(Name, $"{stream.Name}.equal-error@{target:0.00}.cosine.hit-rate", theirs.HitRate, "share", theirs.Hits);
            context.Report(Name, $"{stream.Name}.equal-error@{target:0.00}.gain", 100 * (ours.HitRate - theirs.HitRate), "points", stream.Count);
        }

        static StreamOutcome Best(List<StreamOutcome> outcomes, double target) =>
            outcomes.Where(o => o.WrongOfHits <= target).DefaultIfEmpty().MaxBy(o => o.HitRate);
    }

    private void ReportShuffles(
        SuiteContext context, string metric, QuestionStream stream, AcceptancePolicy policy, double target, bool trust, double hitShare, double missShare)
    {
        var outcomes = new StreamOutcome[Shuffles];
        var proven = new bool[Shuffles];
        var stopped = new bool[Shuffles];
        Parallel.For(0, Shuffles, seed =>
        {
            var cache = new RiskControlledCache(stream, Controller(policy, target, trust), hitShare, missShare, new Random(seed));
            outcomes[seed] = cache.Play(Shuffled(stream.Count, seed));
            proven[seed] = cache.Controller.Decision.Reason == RiskReason.Proven;
            stopped[seed] = cache.Controller.Decision.IsStopped;
        });
        context.Report(Name, metric + ".bound-held", outcomes.Count(o => o.WrongOfHits <= target) / (double)Shuffles, "share", Shuffles);
        context.Report(Name, metric + ".hit-rate", outcomes.Average(o => o.HitRate), "share", Shuffles);
        context.Report(Name, metric + ".wrong-of-hits", outcomes.Sum(o => o.Wrong) / (double)Math.Max(1, outcomes.Sum(o => o.Hits - o.Unlabelled)), "share", outcomes.Sum(o => o.Hits - o.Unlabelled));
        context.Report(Name, metric + ".proven-at-end", proven.Count(p => p) / (double)Shuffles, "share", Shuffles);
        context.Report(Name, metric + ".stopped-at-end", stopped.Count(p => p) / (double)Shuffles, "share", Shuffles);
    }
}
