using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>The only silo of a cluster is killed and comes back at another address, as a pod does.</summary>
public sealed class LoneSiloTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_OnlySilo_NextOneAtAnotherAddressServes()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null, "takes most of a minute: ./test.sh --chaos");
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartAsync(redis);
        first.Kill();
        await first.ExitAsync();

        var killed = Stopwatch.GetTimestamp();
        await using var second = await StartAsync(redis);
        using var answer = await second.AskAsync("Who keeps the keys of the archive?");
        var took = Stopwatch.GetElapsedTime(killed);
        output.WriteLine($"serves {took.TotalSeconds:0.0} s after the start of the next one");
        Assert.True(answer.IsSuccessStatusCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(120));
    }

    private static Task<GatewayProgram> StartAsync(RedisServer redis) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        TimeSpan.FromMinutes(5),
        ("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)));
}
