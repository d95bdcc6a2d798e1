using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Bench.Gateway;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Scale;

/// <summary>
/// What a request costs the silos of a cluster in processor time. On a machine with fewer cores than silos requests a second say nothing;
/// seconds of processor do: they are what more machines must bring, and what a hop between silos adds.
/// </summary>
internal static class ScaleMeasurement
{
    private const int Connections = 4;
    private const int Questions = 200;
    private const int Rounds = 8;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.8);

    /// <summary>Clusters of one to so many silos, all started at once and asked in turn, so that what else the machine does meets every size.</summary>
    public static async Task<IReadOnlyList<ScaleFigures>> RunAsync(SuiteContext context, int mostSilos, CancellationToken cancellationToken)
    {
        var clusters = new List<ScaleCluster>();
        try
        {
            for (var silos = 1; silos <= mostSilos; silos++)
                clusters.Add(await ScaleCluster.StartAsync(context, silos, cancellationToken));
            var kinds = Enum.GetValues<RequestKind>();
            foreach (var cluster in clusters)
            {
                foreach (var kind in kinds)
                    await LoadAsync(cluster, kind, TimeSpan.Zero, cluster.Silos * WarmupPerSilo(kind), cancellationToken);
            }

            var best = clusters.ToDictionary(static c => c.Silos, _ => kinds.ToDictionary(static k => k, static _ => (Cpu: double.MaxValue, Redis: double.MaxValue, P50: double.MaxValue)));
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var kind in kinds)
                {
                    foreach (var cluster in clusters)
                        best[cluster.Silos][kind] = Least(best[cluster.Silos][kind], await RoundAsync(cluster, kind, cancellationToken));
                }
            }

            // What was begun is ended: entries, ledger, collector.
            await Task.Delay(s_idle, cancellationToken);
            var idle = clusters.ConvertAll(static c => c.SiloCpuSeconds);
            await Task.Delay(s_idle, cancellationToken);
            return [.. clusters.Select((c, i) => new ScaleFigures(
                c.Silos,
                (c.SiloCpuSeconds - idle[i]) / s_idle.TotalSeconds / c.Silos,
                kinds.ToDictionary(static k => k, k => best[c.Silos][k].Cpu),
                kinds.ToDictionary(static k => k, k => best[c.Silos][k].Redis),
                kinds.ToDictionary(static k => k, k => best[c.Silos][k].P50)))];
        }
        finally
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
        }
    }

    private static async Task<(double Cpu, double Redis, double P50)> RoundAsync(ScaleCluster cluster, RequestKind kind, CancellationToken cancellationToken)
    {
        var (before, redisBefore) = (cluster.SiloCpuSeconds, cluster.RedisCpuSeconds);
        var times = await LoadAsync(cluster, kind, s_round, 0, cancellationToken);
        times.Sort();
        return ((cluster.SiloCpuSeconds - before) * 1000 / times.Count, (cluster.RedisCpuSeconds - redisBefore) * 1000 / times.Count, times[times.Count / 2]);
    }

    // Whatever else the machine does makes a request dearer and never cheaper: the best round is nearest to the truth.
    private static (double Cpu, double Redis, double P50) Least((double Cpu, double Redis, double P50) a, (double Cpu, double Redis, double P50) b) =>
        (Math.Min(a.Cpu, b.Cpu), Math.Min(a.Redis, b.Redis), Math.Min(a.P50, b.P50));

    // Every process compiles for itself: with too few of these, more silos only show more compiling.
    private static int WarmupPerSilo(RequestKind kind) => kind == RequestKind.Miss ? 300 : 2000;

    // Each connection goes to one silo after the other, as through a load balancer. At least so many requests, and at least so long.
    private static async Task<List<double>> LoadAsync(ScaleCluster cluster, RequestKind kind, TimeSpan duration, int atLeast, CancellationToken cancellationToken)
    {
        var all = new List<double>();
        var number = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(c => Task.Factory.StartNew(
            () =>
            {
                var connections = Enumerable.Range(0, cluster.Silos).Select(s => new WireConnection(cluster.Request(s, [], true).Address)).ToArray();
                var times = new List<double>();
                while (Stopwatch.GetElapsedTime(started) < duration || Volatile.Read(ref number) < atLeast)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var i = Interlocked.Increment(ref number);
                    var silo = i % cluster.Silos;
                    var request = cluster.Request(silo, Body(kind, i), kind != RequestKind.Pass);
                    var sent = Stopwatch.GetTimestamp();
                    var answer = connections[silo].Send(request);
                    times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    if (answer.Status != 200)
                        throw new InvalidDataException($"status {answer.Status}");
                }

                foreach (var connection in connections)
                    connection.Dispose();
                lock (all)
                    all.AddRange(times);
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return all;
    }

    // Requests that are asked again come round; new ones are new in every run.
    private static byte[] Body(RequestKind kind, int i) => WireRequest.Body(kind == RequestKind.Miss
        ? string.Create(CultureInfo.InvariantCulture, $"Which clause of contract {Guid.NewGuid():N} governs late payment?")
        : string.Create(CultureInfo.InvariantCulture, $"How long are the records of closed account {i % Questions} kept?"));
}
