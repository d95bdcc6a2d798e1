using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Three silos and two APIs under open load, restarted one after the other as Kubernetes does it. <c>ORLEANSLLM_CHAOS_ROUNDS</c> above 20 means
/// twenty restarts; without it a silo and an API are restarted once.
/// </summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int Shards = 8;

    [Fact]
    public async Task Restart_UnderLoad_FailsNoRequestAndCutsNoStream()
    {
        var restarts = Math.Min(20, int.Parse(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") ?? "2", CultureInfo.InvariantCulture));
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(300));
        await using var cluster = new GatewayCluster(
            redis.Port,
            ("OrleansLlm__Providers__paced__Endpoint", upstream.Endpoint),
            ("OrleansLlm__Gateway__CacheTimeout", "00:00:05"));
        await cluster.AddSiloAsync();
        await Task.WhenAll(cluster.AddSiloAsync(), cluster.AddSiloAsync(), AddApiAsync(), AddApiAsync());
        var load = new OpenLoad(cluster, perSecond: 12, TimeSpan.FromSeconds(restarts > 2 ? 6 : 3), Shards, (string?)null);
        await load.WarmAsync();
        load.Start();

        var ends = new List<(string What, long At)>();
        for (var restart = 0; restart < restarts; restart++)
        {
            // Of five restarts three are silos'; in half of the rounds the new process is there before the old one goes, as the manifests say.
            var (isSilo, surge) = (restart % 5 % 2 == 0, restart / 5 % 2 == 0);
            var old = isSilo ? cluster.Silos[0] : cluster.Apis[0];
            if (surge)
                await (isSilo ? cluster.AddSiloAsync() : AddApiAsync());
            var began = Stopwatch.GetTimestamp();
            ends.Add((isSilo ? "silo" : "API", began));
            var exit = await (isSilo ? cluster.RetireSiloAsync(old) : cluster.RetireApiAsync(old));
            output.WriteLine($"restart {restart}: {(isSilo ? "silo" : "API")}, {(surge ? "new one first" : "old one first")}, stopped after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s with {exit}; {load.Failures.Count()} failures so far");
            Assert.Equal(0, exit);
            if (!surge)
                await (isSilo ? cluster.AddSiloAsync() : AddApiAsync());
        }

        await load.StopAsync();
        output.WriteLine(load.Summary());
        foreach (var (what, at) in ends)
            output.WriteLine($"{what}: {Recovery(load, at)}");
        foreach (var failure in load.Failures.Take(20))
        {
            output.WriteLine($"{failure.Kind} {Nearest(failure.Began)}, {failure.Took.TotalSeconds:0.0} s: {failure.Problem![..Math.Min(400, failure.Problem!.Length)]}");
            foreach (var line in failure.Id is null ? [] : cluster.Said(failure.Id))
                output.WriteLine("    " + line);
        }

        Assert.Empty(load.Failures);

        // A machine whose every core starts programs may take longer than the ten seconds of a deployment to begin with a request; what is lost stays lost.
        Task<GatewayProgram> AddApiAsync() => cluster.AddApiAsync(("OrleansLlm__Api__LostSiloLimit", "00:00:30"));

        string Nearest(long at) => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(ends.Last(e => e.At <= at || e == ends[0]).At, at).TotalSeconds:0.0} s after a SIGTERM");
    }

    // Of the questions that were answered from the cache before: how many were not afterwards, and until when.
    private static string Recovery(OpenLoad load, long from)
    {
        var misses = load.All.Where(s => s.Kind == OpenLoad.Kind.Repeated && s.Began >= from && s.Began < from + (40 * Stopwatch.Frequency) && s.Cache is not ("exact" or "pending")).ToList();
        var span = misses.Count == 0 ? TimeSpan.Zero : misses.GroupBy(static m => m.Shard).Max(static g => Stopwatch.GetElapsedTime(g.Min(static m => m.Began), g.Max(static m => m.Began)));
        return string.Create(CultureInfo.InvariantCulture, $"{misses.Count} misses of known questions, over {span.TotalSeconds:0.0} s of one shard at most ({string.Join(", ", misses.GroupBy(static m => m.Cache).Select(static g => $"{g.Key} {g.Count()}"))})");
    }
}
