using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Caching;

/// <summary>Two silos as processes of their own on one real Redis: what one forgets, neither gives.</summary>
public sealed class TwoSiloInvalidationTests(ITestOutputHelper output)
{
    private const int Rounds = 5;

    [Fact]
    public async Task Delete_AtOneSilo_HoldsAtBothFromTheMomentItReturns()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await StartAsync(redis);
        await using var b = await StartAsync(redis);
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Rounds; round++)
        {
            var question = $"Which drawer holds the paper of year {2000 + round}?";
            await AskAsync(a, question, "doc-" + round);
            await UntilHitAsync(a, question);
            await UntilHitAsync(b, question);

            // Readers that never stop; each notes when it began and what it got.
            var seen = new ConcurrentBag<(long Began, string Kind)>();
            using var stop = new CancellationTokenSource();
            var readers = new[] { a, b, a, b }.Select(async silo =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var began = Stopwatch.GetTimestamp();
                    seen.Add((began, await KindAsync(silo, question)));
                }
            }).ToArray();
            await Task.Delay(200, TestContext.Current.CancellationToken);
            var asked = Stopwatch.GetTimestamp();
            using var deleted = await (round % 2 == 0 ? a : b).Http.DeleteAsync("/admin/v1/cache?tag=doc-" + round.ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
            var returned = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            while (!seen.Any(s => s.Began > returned))
                await Task.Delay(100, TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            await Task.WhenAll(readers);

            Assert.Contains(seen, s => s.Began < asked && s.Kind == "exact");
            Assert.DoesNotContain(seen, s => s.Began > returned && s.Kind != "miss");
            slowest = Max(slowest, Stopwatch.GetElapsedTime(asked, returned));
        }

        Assert.True(slowest < TimeSpan.FromSeconds(5), $"a deletion took {slowest}");
        output.WriteLine($"{Rounds} deletions, the slowest took {slowest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Delete_AfterTheStoreLostItsRules_HoldsAtBoth()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await StartAsync(redis);
        await using var b = await StartAsync(redis);
        // Rules that both know and the store then loses.
        const string Question = "Which drawer holds the keys?";
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await DeleteAsync(a, "old-" + i));
        await AskAsync(a, Question, "doc");
        await UntilHitAsync(a, Question);
        await UntilHitAsync(b, Question);
        Assert.Equal(1, await redis.LoseAsync("invalidations"));

        // The grain finds its state gone, refuses once, and begins anew.
        var status = await DeleteAsync(b, "doc");
        for (var attempt = 0; attempt < 20 && status == HttpStatusCode.ServiceUnavailable; attempt++)
            status = await DeleteAsync(b, "doc");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("miss", await KindAsync(a, Question));
        Assert.Equal("miss", await KindAsync(b, Question));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static async Task<HttpStatusCode> DeleteAsync(GatewayProgram silo, string tag)
    {
        using var response = await silo.Http.DeleteAsync("/admin/v1/cache?tag=" + tag, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static Task<GatewayProgram> StartAsync(RedisServer redis) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        ("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Gateway__CacheTimeout", "00:00:20"),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"));

    private static async Task AskAsync(GatewayProgram silo, string question, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body(question) };
        request.Headers.Add("x-orleansllm-cache-tags", tag);
        using var response = await silo.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task UntilHitAsync(GatewayProgram silo, string question)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await KindAsync(silo, question) == "miss")
            await Task.Delay(20, patience.Token);
    }

    // What the cache would give; asks nobody and stores nothing.
    private static async Task<string> KindAsync(GatewayProgram silo, string question)
    {
        using var response = await silo.Http.PostAsync("/v1/explain", Body(question), TestContext.Current.CancellationToken);
        var explanation = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return explanation.GetProperty("cache").GetProperty("kind").GetString()!;
    }

    private static JsonContent Body(string question) => JsonContent.Create(new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } } });
}
