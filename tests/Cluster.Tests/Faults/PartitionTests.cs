using System.Diagnostics;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Three silos, each on a machine of its own, of which one is cut off from the other two: with the store and the API in reach of both sides, and with
/// nothing in its reach. A silo that the others have given up ends, and is started anew as its supervisor would.
/// </summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    // Enough that acme's cap is spent at the end only.
    private const int Affordable = 400;

    // A busy machine is slow to call others lost.
    private static readonly TimeSpan s_givenUp = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Partition_OneOfThreeSilos_BoundsWaitsKeepsTenantsApartAndCapsAndInvalidationsTrue()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null, "takes minutes: ./test.sh --chaos");
        await using var network = await TestNetwork.StartAsync();
        await using var redis = await RedisServer.StartAsync(address: network.Host);
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(100), network.Host);
        await using var cluster = new GatewayCluster(redis.Port, WatchedLoad.SettingsFor(upstream, Affordable)) { StoreHost = network.Host };
        TestMachine[] machines = [await network.AddMachineAsync(), await network.AddMachineAsync(), await network.AddMachineAsync()];
        var silos = await Task.WhenAll(machines.Select(cluster.AddSiloAsync));
        await cluster.AddApiAsync();
        using var watched = new WatchedLoad(cluster, upstream, Affordable, perSecond: 6);
        await watched.StartAsync();
        await Task.Delay(2000, TestContext.Current.CancellationToken);

        await DuringAsync(0, "from the other silos alone", m => network.CutFromAsync(m, machines.Except([m])), m => network.JoinAsync(m, machines.Except([m])));
        await DuringAsync(1, "from everything", network.UnplugAsync, network.PlugInAsync);

        output.WriteLine(await watched.StopAsync());
        foreach (var seen in watched.Load.All.Where(static s => s.Problem is not null && s.Status is not (429 or 502 or 503)))
            output.WriteLine($"{seen.Kind} {seen.Status} after {seen.Took.TotalSeconds:0.0} s: {seen.Problem}");
        Assert.DoesNotContain(watched.Load.All, static s => s.Took > s_longest);

        async Task DuringAsync(int which, string what, Func<TestMachine, Task> cut, Func<TestMachine, Task> join)
        {
            var began = Stopwatch.GetTimestamp();
            await cut(machines[which]);
            var served = await watched.RecoveredAsync(s_givenUp);
            output.WriteLine($"cut off {what}: all served without it after {served.TotalSeconds:0.0} s; {watched.Load.Summary(began)}");
            var joined = Stopwatch.GetTimestamp();
            await join(machines[which]);
            var ended = await EndedAsync(silos[which]);
            if (ended)
            {
                cluster.Bury(silos[which]);
                silos[which] = await cluster.AddSiloAsync(machines[which]);
            }

            var recovery = await watched.RecoveredAsync();
            output.WriteLine($"joined again: the silo {(ended ? "ended and was started anew" : "stayed")}, all served {Stopwatch.GetElapsedTime(joined).TotalSeconds:0.0} s after it ({recovery.TotalSeconds:0.0} s after its start); {watched.Load.Summary(joined)}");
        }
    }

    // Given up or not, the silo learns it from the store by its next look at it.
    private static async Task<bool> EndedAsync(GatewayProgram silo)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(40);)
        {
            if (silo.HasEnded)
                return true;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return silo.HasEnded;
    }
}
