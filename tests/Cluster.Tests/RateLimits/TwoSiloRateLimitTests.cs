using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.RateLimits;

/// <summary>Two silos as processes of their own share one limit.</summary>
public sealed class TwoSiloRateLimitTests(ITestOutputHelper output)
{
    private const int Limit = 1000;

    [Fact]
    public async Task Ask_AtBothBeyondTheLimit_EveryMinuteLetsInTheLimitWithinTwoPercent()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await StartAsync(redis);
        await using var b = await StartAsync(redis);
        var answered = new ConcurrentBag<TimeSpan>();
        var refused = 0;
        var started = Stopwatch.GetTimestamp();
        // Both ask more than half of the limit, one three times as much as the other: a minute's limit is used up within sixteen seconds, and the next
        // one's likewise as soon as it begins.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(90));
        await Task.WhenAll(new[] { a, a, a, b }.Select(async (silo, asker) =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(60));
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var response = await silo.AskAsync($"What is question {asker}.{i}?");
                var at = Stopwatch.GetElapsedTime(started);
                if (response.StatusCode == HttpStatusCode.OK)
                    answered.Add(at);
                else
                    Interlocked.Increment(ref refused);
                Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests });
                try
                {
                    await pace.WaitForNextTickAsync(stop.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }
        }));

        // No minute, wherever it begins, holds more; and what it may hold is given: a minute and the half second that it is counted in.
        var anywhere = Enumerable.Range(0, 300).Max(s => answered.Count(t => t >= TimeSpan.FromSeconds(s / 10.0) && t < TimeSpan.FromSeconds((s / 10.0) + 60)));
        var periods = new[] { 0, 1 }.Select(i => answered.Count(t => t >= TimeSpan.FromSeconds(60.5 * i) && t < TimeSpan.FromSeconds(60.5 * (i + 1)))).ToList();
        output.WriteLine($"limit {Limit}: {answered.Count} let in, {refused} refused in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; at most {anywhere} in any minute, {string.Join(" and ", periods)} in the first two");
        Assert.NotEqual(0, refused);
        Assert.InRange(anywhere, 0, Limit * 1.02);
        Assert.All(periods, p => Assert.InRange(p, Limit * 0.98, Limit * 1.02));
    }

    private static Task<GatewayProgram> StartAsync(RedisServer redis) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        GatewayProgram.WithoutModels,
        ("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Layers__Cache", "Off"),
        ("OrleansLlm__Layers__Routing", "Off"),
        ("OrleansLlm__Layers__Compression", "Off"),
        ("OrleansLlm__Simulator__FirstTokenLatency", "00:00:00"),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"),
        ("OrleansLlm__Tenants__acme__RateLimits__RequestsPerMinute", Limit.ToString(CultureInfo.InvariantCulture)));
}
