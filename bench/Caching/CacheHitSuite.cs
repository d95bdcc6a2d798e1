using System.Diagnostics;
using OrleansLlm.Bench.Gateway;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Hits over the network stack from a gateway process of its own: exact ones, verified ones of the same rewording, and verified ones of which
/// every request is another text; then a thousand rewordings at once against an upstream that takes two seconds.
/// </summary>
internal sealed class CacheHitSuite : ISuite
{
    private const int Warmup = 500;
    private const int Samples = 3000;
    private const int Crowd = 1000;

    private static readonly string[] s_things = ["password", "card limit", "home address", "phone number", "standing order", "cheque book", "security code", "email address"];

    public string Name => "cache-hit";

    public string Summary => "Exact and verified hits over HTTP at c=1 from a process of its own; 1,000 rewordings at once";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        using var upstream = new MockUpstream();
        var data = Directory.CreateTempSubdirectory("orleansllm-bench-");
        try
        {
            await using var gateway = await GatewayChild.StartAsync(data.FullName, Settings(context, upstream), cancellationToken);
            using var client = new LoadClient(gateway.Url + "/v1");
            foreach (var thing in s_things)
                await client.SendAsync(LoadClient.Body($"How do I change my {thing}?"));
            // Answers are stored after their replies.
            await Task.Delay(1000, cancellationToken);
            var calls = upstream.Calls;
            await MeasureAsync(context, client, "exact", "exact", i => $"How do I change my {s_things[i % s_things.Length]}?");
            await MeasureAsync(context, client, "verified", "semantic", i => $"How can I change my {s_things[i % s_things.Length]}?");
            // No two alike, so that nothing of one can serve the next.
            await MeasureAsync(context, client, "verified-never-seen", "semantic", i => $"How can I change my {s_things[i % s_things.Length]}?" + new string(' ', 1 + i / s_things.Length));
            if (upstream.Calls != calls)
                throw new InvalidDataException("a hit called the upstream");
            await CrowdAsync(context, client, upstream);
        }
        finally
        {
            data.Delete(recursive: true);
        }

        return 0;
    }

    private static Dictionary<string, string?> Settings(SuiteContext context, MockUpstream upstream) => new()
    {
        ["OrleansLlm:Inference:ModelsDirectory"] = Path.GetFullPath(context.ModelsDirectory),
        ["OrleansLlm:Providers:mock:Endpoint"] = upstream.Endpoint,
        // Sampled checks of hits are calls of their own; and a thousand at once wait for two lanes.
        ["OrleansLlm:Risk:ShadowShare"] = "0",
        ["OrleansLlm:Gateway:CacheTimeout"] = "00:00:20",
        ["OrleansLlm:Cache:PendingTimeout"] = "00:01:00",
    };

    private async Task MeasureAsync(SuiteContext context, LoadClient client, string metric, string expected, Func<int, string> question)
    {
        var times = new List<double>(Samples);
        for (var i = 0; i < Warmup + Samples; i++)
        {
            var (milliseconds, cache) = await client.SendAsync(LoadClient.Body(question(i)));
            if (cache != expected)
                throw new InvalidDataException($"{metric}: the cache said '{cache}', not '{expected}'");
            if (i >= Warmup)
                times.Add(milliseconds);
        }

        times.Sort();
        context.Report(Name, metric + ".p50", times[Samples / 2], "ms", Samples);
        context.Report(Name, metric + ".p99", times[Samples * 99 / 100], "ms", Samples);
    }

    private async Task CrowdAsync(SuiteContext context, LoadClient client, MockUpstream upstream)
    {
        upstream.Delay = TimeSpan.FromSeconds(2);
        var calls = upstream.Calls;
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(i =>
            client.SendAsync(LoadClient.Body((i % 2 == 0 ? "How do I replace my travel notice?" : "How can I replace my travel notice?") + new string(' ', i / 2)))));
        context.Report(Name, "crowd.upstream-calls", upstream.Calls - calls, "calls", Crowd);
        context.Report(Name, "crowd.took", Stopwatch.GetElapsedTime(started).TotalSeconds, "s", Crowd);
        foreach (var (cache, count) in answers.CountBy(a => a.Cache ?? "none"))
            context.Report(Name, "crowd." + cache, count, "answers", Crowd);
    }
}
