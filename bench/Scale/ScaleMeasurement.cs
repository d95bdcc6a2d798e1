using System.Diagnostics;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Scale;

/// <summary>
/// What a request costs the processes of a cluster in processor time. On a machine with fewer cores than silos requests a second say nothing;
/// seconds of processor do: they are what more machines must bring, and what a hop between silos adds.
/// </summary>
internal static class ScaleMeasurement
{
    private const int Count = 3;
    private const int IdleWindows = 3;

    private static readonly RequestKind[] s_kinds = Enum.GetValues<RequestKind>();
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(0.3);

    /// <summary>Clusters of all layouts, started together and asked in turn, so that what else the machine does meets every one.</summary>
    public static async Task<IReadOnlyList<ScaleFigures>> RunAsync(SuiteContext context, IReadOnlyList<ScaleLayout> layouts, CancellationToken cancellationToken)
    {
        var clusters = new List<ScaleCluster>();
        try
        {
            // Silos apart serve every layout of as many of them or fewer, a cluster every load.
            ScaleCluster? apart = null;
            if (layouts.Where(static l => l.Apart).MaxBy(static l => l.Silos) is { } most)
                clusters.Add(apart = await ScaleCluster.StartAsync(context, most, cancellationToken));
            var joined = new Dictionary<(int Silos, int Apis), ScaleCluster>();
            var beds = new List<(ScaleLayout Layout, ScaleCluster Cluster, ScaleLoad Load)>();
            foreach (var layout in layouts)
            {
                var cluster = layout.Apart ? apart! : joined.GetValueOrDefault((layout.Silos, layout.Apis));
                if (cluster is null)
                    clusters.Add(cluster = joined[(layout.Silos, layout.Apis)] = await ScaleCluster.StartAsync(context, layout, cancellationToken));
                beds.Add((layout, cluster, new ScaleLoad(cluster, layout.Apart ? layout.Silos : cluster.Doors, layout.Callers)));
            }

            foreach (var cluster in clusters)
            {
                var load = new ScaleLoad(cluster, cluster.Doors, ScaleLayout.CallersOfALoad);
                await load.FillAsync(cancellationToken);
                foreach (var kind in s_kinds)
                    load.Run(kind, cluster.Silos * WarmUpPerSilo(kind));
            }

            var rounds = beds.ConvertAll(static _ => s_kinds.ToDictionary(static k => k, static _ => new List<Round>()));
            for (var round = 0; round < Count; round++)
            {
                foreach (var kind in s_kinds)
                {
                    for (var i = 0; i < beds.Count; i++)
                        rounds[i][kind].Add(await RoundAsync(beds[i].Cluster, beds[i].Load, kind, cancellationToken));
                }
            }

            var idle = await IdleAsync(clusters, cancellationToken);
            return [.. beds.Select((b, i) => new ScaleFigures(
                b.Layout,
                idle[b.Cluster] / b.Cluster.Processes,
                s_kinds.ToDictionary(static k => k, k => (IReadOnlyList<double>)[.. rounds[i][k].Select(r => (r.CpuSeconds - idle[b.Cluster] * r.Seconds) * 1000 / PerRound(k))]),
                s_kinds.ToDictionary(static k => k, k => Rounds.Of(rounds[i][k].Select(r => r.RedisSeconds * 1000 / PerRound(k)))),
                s_kinds.ToDictionary(static k => k, k => Rounds.Of(rounds[i][k].Select(static r => r.P50)))))];
        }
        finally
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
        }
    }

    // Cores, which no request's cost are. After the rounds, and the quietest of some windows: compiler and collector go on for a while, on a busy machine for minutes.
    private static async Task<Dictionary<ScaleCluster, double>> IdleAsync(List<ScaleCluster> clusters, CancellationToken cancellationToken)
    {
        var least = clusters.ToDictionary(static c => c, static _ => double.MaxValue);
        for (var window = 0; window < IdleWindows; window++)
        {
            var began = Stopwatch.GetTimestamp();
            var before = clusters.ConvertAll(static c => c.CpuSeconds);
            await Task.Delay(s_idle, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            foreach (var (cluster, spent) in clusters.Zip(before))
                least[cluster] = Math.Min(least[cluster], (cluster.CpuSeconds - spent) / seconds);
        }

        return least;
    }

    private static async Task<Round> RoundAsync(ScaleCluster cluster, ScaleLoad load, RequestKind kind, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var (before, redisBefore) = (cluster.CpuSeconds, cluster.RedisCpuSeconds);
        var p50 = load.Run(kind, PerRound(kind));
        // What was begun is ended: entries, ledger.
        await Task.Delay(s_settling, cancellationToken);
        return new Round(cluster.CpuSeconds - before, Stopwatch.GetElapsedTime(began).TotalSeconds, cluster.RedisCpuSeconds - redisBefore, p50);
    }

    private static int PerRound(RequestKind kind) => kind switch
    {
        RequestKind.Stream => 192,
        RequestKind.Verified or RequestKind.Miss => 300,
        _ => 12_000,
    };

    // Every process compiles for itself: with too few of these, more silos only show more compiling.
    private static int WarmUpPerSilo(RequestKind kind) => kind switch
    {
        RequestKind.Stream => 192,
        RequestKind.Verified or RequestKind.Miss => 300,
        _ => 20_000,
    };

    private readonly record struct Round(double CpuSeconds, double Seconds, double RedisSeconds, double P50);
}
