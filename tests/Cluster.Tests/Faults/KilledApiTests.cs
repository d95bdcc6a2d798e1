using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// <c>kill -9</c> of one of two stand-alone APIs under load: the other's callers see nothing of it, what the killed one's calls cost is booked and
/// nothing stays set aside for them, and a new one serves.
/// </summary>
public sealed class KilledApiTests(ITestOutputHelper output)
{
    // More than the load asks for.
    private const int Affordable = 5000;

    private static readonly TimeSpan s_settled = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Kill_OneOfTwoApisUnderLoad_TheOthersCallersSeeNothingAndMoneyIsBooked()
    {
        var rounds = Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null ? 1 : 10;
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(500));
        await using var cluster = new GatewayCluster(redis.Port, WatchedLoad.SettingsFor(upstream, Affordable));
        await cluster.AddSiloAsync();
        await Task.WhenAll(cluster.AddApiAsync(), cluster.AddApiAsync());
        var load = new OpenLoad(cluster, perSecond: 20, TimeSpan.FromSeconds(2), shards: 2, WatchedLoad.Acme, WatchedLoad.Beta);
        await load.WarmAsync();
        load.Start();

        var killed = new HashSet<object>();
        for (var round = 0; round < rounds; round++)
        {
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            var api = cluster.Apis[0];
            killed.Add(api);
            await cluster.KillApiAsync(api);
            var next = Stopwatch.GetTimestamp();
            await cluster.AddApiAsync();
            output.WriteLine($"another serves {Stopwatch.GetElapsedTime(next).TotalSeconds:0.0} s after its start");
        }

        await load.StopAsync();
        // Whoever serves now serves everybody.
        for (var i = 0; i < 2 * cluster.Doors; i++)
            Assert.Null((await load.AskAsync(OpenLoad.Kind.Plain, 0, WatchedLoad.Acme)).Problem);

        var lost = load.Failures.ToList();
        output.WriteLine($"{lost.Count} requests of killed APIs were lost; {load.Summary()}");
        Assert.NotEmpty(lost);
        Assert.All(lost, f => Assert.Contains(f.Door, killed));

        var stopped = Stopwatch.GetTimestamp();
        var (spent, reserved) = await BudgetAsync(cluster);
        while (reserved > 0 && Stopwatch.GetElapsedTime(stopped) < s_settled)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            (spent, reserved) = await BudgetAsync(cluster);
        }

        var billed = upstream.Calls.Count(static c => OpenLoad.IsFor(WatchedLoad.Acme, c)) * WatchedLoad.CallUsd;
        output.WriteLine($"all settled {Stopwatch.GetElapsedTime(stopped).TotalSeconds:0.0} s after the last request: the provider billed {billed} USD, the budget counts {spent}");
        Assert.Equal(0m, reserved);
        Assert.Equal(billed, spent);
    }

    private static async Task<(decimal Spent, decimal Reserved)> BudgetAsync(GatewayCluster cluster)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/budgets") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", WatchedLoad.Acme) } };
        using var response = await cluster.Next().Http.SendAsync(request, TestContext.Current.CancellationToken);
        var budget = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("data").EnumerateArray().Single();
        return (budget.GetProperty("spent_usd").GetDecimal(), budget.GetProperty("reserved_usd").GetDecimal());
    }
}
