using System.Globalization;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>A silo and an API as processes of their own, meeting through a real Redis.</summary>
public sealed class StandAloneApiTests
{
    private const string Silo = "orleansllm.dll";
    private const string Api = "OrleansLlm.Client.dll";

    [Fact]
    public async Task Ask_ThroughStandAloneApi_IsServedByTheSilo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await GatewayProgram.StartAsync(Silo, [.. Shared(redis), .. Ports(), ("OrleansLlm__Simulator__TokensPerSecond", "0")]);
        await using var api = await GatewayProgram.StartAsync(Api, Shared(redis));

        Assert.Equal("miss", await CacheAsync(await api.AskAsync("Who signs the yearly review of a trust account?")));
        Assert.Equal("exact", await CacheAsync(await api.AskAsync("Who signs the yearly review of a trust account?")));
        Assert.Equal("exact", await CacheAsync(await silo.AskAsync("Who signs the yearly review of a trust account?")));
        using var streamed = await api.AskAsync("Which desk answers complaints?", stream: true);
        Assert.Contains("data: [DONE]\n\n", await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var models = await api.Http.GetStringAsync("/v1/models", TestContext.Current.CancellationToken);
        Assert.Contains("\"auto\"", models);
        var metrics = await api.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("http_server_request_duration", metrics);

        // Four requests in the ledger, whichever process took them.
        for (var attempt = 0; ; attempt++)
        {
            using var savings = JsonDocument.Parse(await api.Http.GetStringAsync("/admin/v1/savings", TestContext.Current.CancellationToken));
            if (savings.RootElement.GetRawText().Contains("\"requests\":4", StringComparison.Ordinal))
                break;
            Assert.True(attempt < 50, savings.RootElement.GetRawText());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // The pages come from there as well, with the silo's figures.
        var page = await api.Http.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("saved of", page);
        Assert.Contains("4 requests", page);
        var feedback = await api.Http.GetStringAsync("/feedback", TestContext.Current.CancellationToken);
        Assert.Contains("Answer 1 of 2", feedback);

        api.Terminate();
        Assert.Equal(0, await api.ExitAsync());
    }

    [Fact]
    public async Task Terminate_WhileNoSiloIsThere_EndsInOrder()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = GatewayProgram.Launch(Api, Shared(redis));
        await SaysAsync(api, "The store names no silo that answers");

        api.Terminate();

        var exit = await api.ExitAsync();
        Assert.True(exit == 130, $"{exit}: {api.Output}");
        Assert.DoesNotContain("Unhandled exception", api.Output, StringComparison.Ordinal);
        Assert.Contains("Interrupted.", api.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("GatewayManager", api.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StoreAway_SaysWhatItWaitsFor()
    {
        await using var api = GatewayProgram.Launch(Api, ("OrleansLlm__Store__Redis", "127.0.0.1:1"));
        await SaysAsync(api, "The store cannot be reached (UnableToConnect), which knows the silos");
    }

    [Fact]
    public async Task Start_WithoutRedis_StopsAndNamesTheSetting()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => GatewayProgram.StartAsync(Api));
        Assert.Contains("OrleansLlm:Store:Redis must name", failure.Message);
    }

    [Fact]
    public async Task Start_UnknownSetting_StopsAndNamesIt()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => GatewayProgram.StartAsync(Api, ("OrleansLlm__Api__MaxBodyByte", "1")));
        Assert.Contains("Unknown setting 'OrleansLlm:Api:MaxBodyByte'", failure.Message);
    }

    private static async Task SaysAsync(GatewayProgram program, string told)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!program.Output.Contains(told, StringComparison.Ordinal))
            await Task.Delay(100, patience.Token);
    }

    private static (string, string)[] Shared(RedisServer redis) =>
        [("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture))];

    private static (string, string)[] Ports() =>
    [
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
    ];

    private static async Task<string> CacheAsync(HttpResponseMessage response)
    {
        using (response)
        {
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return response.Headers.GetValues("x-orleansllm-cache").Single();
        }
    }
}
