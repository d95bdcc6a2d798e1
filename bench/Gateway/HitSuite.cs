using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// Hits: exact ones, verified ones of the same rewordings over and over, and verified ones of which every request is another text; then a thousand rewordings at
/// once against an upstream that takes two seconds.
/// </summary>
internal sealed class HitSuite : ISuite
{
    private const int Rounds = 5;
    private const int Crowd = 1000;
    private const int ExactPerSecond = 200;
    private const int VerifiedPerSecond = 40;
    private const int CostSamples = 3000;

    private static readonly string[] s_things = ["password", "card limit", "home address", "phone number", "standing order", "cheque book", "security code", "email address"];
    private static readonly TimeSpan s_warmup = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(3);

    public string Name => "hit";

    public string Summary => "Exact and verified hits: latency at a fixed rate, exact hits a second at c=32, cost per hit; 1,000 rewordings at once";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        // A thousand at once wait for two lanes.
        await using var bed = await GatewayBed.StartAsync(
            context, cancellationToken, ("OrleansLlm:Gateway:CacheTimeout", "00:00:20"), ("OrleansLlm:Cache:PendingTimeout", "00:01:00"));
        var asked = Array.ConvertAll(s_things, t => Asked(bed, t));
        var reworded = Array.ConvertAll(s_things, t => Reworded(bed, t));
        await FillAsync(bed, cancellationToken);
        var calls = await bed.Upstream.CallsAsync();
        LoadLoops.Closed(() => asked[0], 32, s_warmup, "exact");
        LoadLoops.Open(i => reworded[i % reworded.Length], 60, 300, 2, "semantic");
        LoadLoops.Settle();
        // The first number is the rewording itself.
        var never = s_things.Length;
        var rounds = new Rounds();
        for (var round = 0; round < Rounds; round++)
        {
            Add(rounds, "exact", LoadLoops.Open(i => asked[i % asked.Length], ExactPerSecond, 800, 4, "exact"));
            Add(rounds, "verified", LoadLoops.Open(i => reworded[i % reworded.Length], VerifiedPerSecond, 160, 2, "semantic"));
            Add(rounds, "verified-never-seen", LoadLoops.Open(_ => Unseen(bed, Interlocked.Increment(ref never)), VerifiedPerSecond, 160, 2, "semantic"));
            var (rate, count) = LoadLoops.Closed(() => asked[0], 32, s_saturation, "exact");
            rounds.Add("exact.c32", rate, "1/s", count);
            LoadLoops.Settle();
        }

        rounds.Report(context, Name);
        await using (var counting = await GatewayBed.StartAsync(context, cancellationToken, GatewayBed.FineCounting))
        {
            await FillAsync(counting, cancellationToken);
            await RequestCost.ReportAsync(context, Name, "exact.", bed, counting, static (b, _) => Asked(b, s_things[0]), CostSamples);
            await RequestCost.ReportAsync(context, Name, "verified.", bed, counting, static (b, i) => Reworded(b, s_things[i % s_things.Length]), CostSamples);
            await RequestCost.ReportAsync(context, Name, "verified-never-seen.", bed, counting, (b, _) => Unseen(b, Interlocked.Increment(ref never)), CostSamples / 10);
        }

        if (await bed.Upstream.CallsAsync() != calls)
            throw new InvalidDataException("a hit called the upstream");
        await CrowdAsync(context, bed, calls);
        return 0;
    }

    private static WireRequest Asked(GatewayBed bed, string thing) => bed.AllLayers(WireRequest.Body($"How do I change my {thing}?"));

    private static WireRequest Reworded(GatewayBed bed, string thing) => bed.AllLayers(WireRequest.Body($"How can I change my {thing}?"));

    private static async Task FillAsync(GatewayBed bed, CancellationToken cancellationToken)
    {
        LoadLoops.Open(i => Asked(bed, s_things[i]), 10, s_things.Length, 1);
        // Answers are stored after their replies.
        await Task.Delay(1000, cancellationToken);
    }

    // No two alike, so that nothing of one can serve the next.
    private static WireRequest Unseen(GatewayBed bed, int number) =>
        bed.AllLayers(WireRequest.Body(Spacing.Of($"How can I change my {s_things[number % s_things.Length]}?", number / s_things.Length)));

    private static void Add(Rounds rounds, string metric, Latencies latencies)
    {
        rounds.Add(metric + ".p50", latencies.Milliseconds(50), "ms", latencies.Count);
        rounds.Add(metric + ".p99", latencies.Milliseconds(99), "ms", latencies.Count);
    }

    private async Task CrowdAsync(SuiteContext context, GatewayBed bed, int calls)
    {
        await bed.Upstream.DelayAsync(2000);
        var answers = new ConcurrentBag<string>();
        var started = Stopwatch.GetTimestamp();
        LoadLoops.RunThreads(Crowd, i =>
        {
            var request = bed.AllLayers(WireRequest.Body((i % 2 == 0 ? "How do I replace my travel notice?" : "How can I replace my travel notice?") + new string(' ', i / 2)));
            using var connection = new WireConnection(request.Address);
            answers.Add(connection.Send(request).Cache ?? "none");
        });
        context.Report(Name, "crowd.upstream-calls", await bed.Upstream.CallsAsync() - calls, "calls", Crowd);
        context.Report(Name, "crowd.took", Stopwatch.GetElapsedTime(started).TotalSeconds, "s", Crowd);
        foreach (var (cache, count) in answers.CountBy(static a => a))
            context.Report(Name, "crowd." + cache, count, "answers", Crowd);
    }
}
