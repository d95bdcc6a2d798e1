using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>One tenant sends ten times what the gateway takes; another goes on as ever.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const string Flood = "floods-key-0000000000000";
    private const string Quiet = "quiets-key-0000000000000";
    private const int Places = 16;

    // So many answers of the provider fit into a second.
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(1);
    private static readonly double s_capacity = Places / s_answer.TotalSeconds;

    // Twice the time of an answer is the most that anybody admitted waits for it.
    private static readonly TimeSpan s_queue = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Flood_TenTimesTheCapacity_IsShedAndTheOtherTenantIsServedAsBefore()
    {
        await using var upstream = await PacedUpstream.StartAsync(s_answer);
        await using var gateway = await GatewayProgram.StartAsync(
            "orleansllm.dll",
            GatewayProgram.WithoutModels,
            ("OrleansLlm__Providers__paced__Endpoint", upstream.Endpoint),
            ("OrleansLlm__Layers__Cache", "Off"),
            ("OrleansLlm__Layers__Routing", "Off"),
            ("OrleansLlm__Layers__Compression", "Off"),
            ("OrleansLlm__Api__MaxConcurrentRequests", Places.ToString(CultureInfo.InvariantCulture)),
            ("OrleansLlm__Api__MaxQueuedRequests", (4 * Places).ToString(CultureInfo.InvariantCulture)),
            ("OrleansLlm__Api__QueueTimeout", s_queue.ToString()),
            ("OrleansLlm__Tenants__flood__KeyHashes__0", Hash(Flood)),
            ("OrleansLlm__Tenants__quiet__KeyHashes__0", Hash(Quiet)));
        var alone = await RunAsync(gateway, (Quiet, s_capacity / 8));
        var memory = gateway.Memory;
        var together = await RunAsync(gateway, (Quiet, s_capacity / 8), (Flood, s_capacity * 10));
        var grown = (gateway.Memory - memory) / 1024 / 1024;

        var quiet = together.Where(static s => s.Key == Quiet).ToList();
        var flood = together.Where(static s => s.Key == Flood).ToList();
        var admitted = flood.Where(static s => s.Status == 200).ToList();
        output.WriteLine($"alone: {Times(alone)}; quiet beside the flood: {Times(quiet)}; flood: {flood.Count}, {admitted.Count} admitted: {Times(admitted)}, refused: {Times(flood.Where(static s => s.Status == 429))}; memory grew by {grown} MiB");
        Assert.All(alone.Concat(quiet), static s => Assert.Equal(200, s.Status));
        Assert.All(flood, static s => Assert.True(s.Status == 200 || (s.Status == 429 && s.RetryAfter is not null)));
        // Most of it was too much, and what fits beside the quiet one was still taken.
        Assert.InRange(flood.Count - admitted.Count, flood.Count / 2, flood.Count);
        Assert.InRange(admitted.Count, Places, flood.Count);
        // What is admitted has waited no longer than the queue lets it; nobody's answer itself is slower (a busy machine apart).
        Assert.InRange(P99(quiet), TimeSpan.Zero, 5 * P99(alone));
        Assert.InRange(P99(admitted), TimeSpan.Zero, 5 * (P99(alone) + s_queue));
        Assert.InRange(grown, long.MinValue, 200);
    }

    private static TimeSpan P99(IEnumerable<Seen> seen) => seen.Select(static s => s.Took).Order().ToArray() is var times ? times[(int)(times.Length * 0.99)] : default;

    private static string Times(IEnumerable<Seen> seen) => seen.Select(static s => s.Took.TotalMilliseconds).Order().ToArray() is { Length: > 0 } times
        ? string.Create(CultureInfo.InvariantCulture, $"p50 {times[times.Length / 2]:0} ms, p99 {times[(int)(times.Length * 0.99)]:0} ms") : "none";

    // Open load of each tenant for a while.
    private static async Task<List<Seen>> RunAsync(GatewayProgram gateway, params (string Key, double PerSecond)[] tenants)
    {
        var seen = new ConcurrentBag<Seen>();
        await Task.WhenAll(tenants.Select(async tenant =>
        {
            var running = new List<Task>();
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(3);)
            {
                // Those that are due, so that a late timer loses none.
                while (running.Count < clock.Elapsed.TotalSeconds * tenant.PerSecond)
                    running.Add(AskAsync(running.Count));
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            await Task.WhenAll(running);

            async Task AskAsync(int number)
            {
                var began = Stopwatch.GetTimestamp();
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
                {
                    Content = JsonContent.Create(new { model = "gpt-4o", messages = new[] { new { role = "user", content = $"What is number {number}?" } } }),
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
                using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
                seen.Add(new Seen(tenant.Key, (int)response.StatusCode, Stopwatch.GetElapsedTime(began), response.Headers.RetryAfter?.ToString()));
            }
        }));
        return [.. seen];
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private sealed record Seen(string Key, int Status, TimeSpan Took, string? RetryAfter);
}
