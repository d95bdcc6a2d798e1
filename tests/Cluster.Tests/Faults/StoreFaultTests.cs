using System.Diagnostics;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Two silos whose Redis is paused, slow, read-only, flushed, killed: nobody waits long, nobody gets another's or an invalidated answer, no cap is
/// overspent, and all is as before once the store is. With <c>ORLEANSLLM_CHAOS_ROUNDS</c> there are all faults, each for half a minute; without it a
/// few short ones.
/// </summary>
public sealed class StoreFaultTests(ITestOutputHelper output)
{
    // Enough that acme's cap is spent in the middle of the test.
    private const int Affordable = 30;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Redis_EveryFault_BoundsWaitsKeepsTenantsApartAndCapsAndInvalidationsTrue()
    {
        var all = Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is not null;
        var hold = TimeSpan.FromSeconds(all ? 30 : 2);
        await using var redis = await RedisServer.StartAsync(keepsData: true);
        await using var slow = new DelayingProxy(redis.Port);
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(100));
        await using var cluster = new GatewayCluster(slow.Port, WatchedLoad.SettingsFor(upstream, Affordable));
        await cluster.AddSiloAsync(serves: true);
        await cluster.AddSiloAsync(serves: true);
        using var watched = new WatchedLoad(cluster, upstream, Affordable);
        await watched.StartAsync();
        await Task.Delay(hold / 2, TestContext.Current.CancellationToken);
        var memory = cluster.Silos.Sum(static s => s.Memory);

        await DuringAsync("paused", () => Task.Run(redis.Pause), () => Task.Run(redis.Resume));
        if (all)
        {
            await DuringAsync("slow (500 ms each way)", () => Task.Run(() => slow.Delay = TimeSpan.FromMilliseconds(500)), () => Task.Run(() => slow.Delay = TimeSpan.Zero));
            await DuringAsync(
                "read-only", () => redis.ExecuteAsync("REPLICAOF", "127.0.0.1", LoopbackPort.Free()), () => redis.ExecuteAsync("REPLICAOF", "NO", "ONE"));
            await DuringAsync("killed, with its data back", () => Task.Run(redis.Kill), () => redis.RestartAsync(withData: true));
        }

        await DuringAsync("flushed", () => redis.ExecuteAsync("FLUSHALL"), () => Task.CompletedTask);
        await DuringAsync("killed, without its data", () => Task.Run(redis.Kill), () => redis.RestartAsync(withData: false));

        var held = await watched.StopAsync();
        var grown = cluster.Silos.Sum(static s => s.Memory) - memory;
        output.WriteLine($"memory of both silos grew by {grown / 1024 / 1024} MiB from {memory / 1024 / 1024} MiB; {held}");
        Assert.All(cluster.Silos, static s => Assert.False(s.HasEnded));
        Assert.InRange(grown / 1024 / 1024, long.MinValue, 600);

        // Whose budget cannot be asked is refused (503), and whose is spent (429); whoever has none is served, whatever the store does.
        Assert.DoesNotContain(watched.Load.All, static s => s.Problem is not null && (s.Key != WatchedLoad.Acme || s.Status is not (429 or 503)));
        Assert.DoesNotContain(watched.Load.All, static s => s.Took > s_longest);

        async Task DuringAsync(string fault, Func<Task> begin, Func<Task> end)
        {
            var began = Stopwatch.GetTimestamp();
            await begin();
            await Task.Delay(hold, TestContext.Current.CancellationToken);
            await end();
            var recovery = await watched.RecoveredAsync();
            output.WriteLine($"{fault}: back {recovery.TotalSeconds:0.0} s after its end; {watched.Load.Summary(began)}");
        }
    }
}
