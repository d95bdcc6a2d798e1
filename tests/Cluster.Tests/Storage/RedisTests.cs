using System.Net;
using System.Net.Http.Json;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>The host on a real Redis in place of the embedded store: the same code path.</summary>
public sealed class RedisTests
{
    // Other tests of this process may hold its threads for a second or two; a shard that cannot be read in time answers from memory.
    private const string Patient = "00:00:20";

    [Fact]
    public async Task Ask_OnRedis_IsCachedAndOutlivesTheSilo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var first = await StartAsync(redis, Patient))
        {
            Assert.Equal("miss", await AskAsync(first, "How do I reset my online banking password?"));
            Assert.Equal("exact", await AskAsync(first, "How do I reset my online banking password?"));
        }

        await using var second = await StartAsync(redis, Patient);
        Assert.Equal("exact", await AskAsync(second, "How do I reset my online banking password?"));
        Assert.Equal("semantic", await AskAsync(second, "How can I reset my online banking password?"));
    }

    [Fact]
    public async Task Ask_StoreKilled_IsServedUncached()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var host = await StartAsync(redis, "00:00:01");
        Assert.Equal("miss", await AskAsync(host, "Who approves a change of the fee schedule?"));
        redis.Kill();
        Assert.Equal("miss", await AskAsync(host, "Who approves a change of the opening hours?"));
    }

    private static Task<AllInOneHost> StartAsync(RedisServer redis, string patience) => AllInOneHost.StartAsync(
        new HostSettings
        {
            Urls = "http://127.0.0.1:0",
            LogToConsole = false,
            Overrides = new Dictionary<string, string?>
            {
                ["OrleansLlm:Store:Redis"] = $"127.0.0.1:{redis.Port}",
                ["OrleansLlm:Store:Timeout"] = patience,
                ["OrleansLlm:Cluster:SiloPort"] = LoopbackPort.Free().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["OrleansLlm:Cluster:GatewayPort"] = LoopbackPort.Free().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:00",
                ["OrleansLlm:Simulator:TokensPerSecond"] = "0",
                ["OrleansLlm:Gateway:CacheTimeout"] = Patient,
            },
        },
        TestContext.Current.CancellationToken);

    private static async Task<string> AskAsync(AllInOneHost host, string question)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };
        using var response = await http.PostAsJsonAsync(
            "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("x-orleansllm-cache").Single();
    }
}
