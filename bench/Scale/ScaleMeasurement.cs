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
    private const int Rounds = 4;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1.5);

    public static async Task<ScaleFigures> RunAsync(SuiteContext context, int silos, CancellationToken cancellationToken)
    {
        await using var cluster = await ScaleCluster.StartAsync(context, silos, cancellationToken);
        var (cpu, redis, p50) = (new Dictionary<RequestKind, double>(), new Dictionary<RequestKind, double>(), new Dictionary<RequestKind, double>());
        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            await LoadAsync(cluster, kind, TimeSpan.Zero, silos * WarmupPerSilo(kind), cancellationToken);
            (cpu[kind], redis[kind], p50[kind]) = (double.MaxValue, double.MaxValue, double.MaxValue);
            for (var round = 0; round < Rounds; round++)
            {
                var (before, redisBefore) = (cluster.SiloCpuSeconds, cluster.RedisCpuSeconds);
                var times = await LoadAsync(cluster, kind, s_round, 0, cancellationToken);
                // Whatever else the machine does makes a request dearer and never cheaper: the best round is nearest to the truth.
                cpu[kind] = Math.Min(cpu[kind], (cluster.SiloCpuSeconds - before) * 1000 / times.Count);
                redis[kind] = Math.Min(redis[kind], (cluster.RedisCpuSeconds - redisBefore) * 1000 / times.Count);
                times.Sort();
                p50[kind] = Math.Min(p50[kind], times[times.Count / 2]);
            }
        }

        // What was begun is ended: entries, ledger, collector.
        await Task.Delay(s_idle, cancellationToken);
        var idle = cluster.SiloCpuSeconds;
        await Task.Delay(s_idle, cancellationToken);
        return new ScaleFigures(silos, (cluster.SiloCpuSeconds - idle) / s_idle.TotalSeconds / silos, cpu, redis, p50);
    }

    // Every process compiles for itself: with too few of these, more silos only show more compiling.
    private static int WarmupPerSilo(RequestKind kind) => kind == RequestKind.Miss ? 500 : 3000;

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
