using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// Half of what saturates it (or <c>--rate</c>), for as long as <c>--minutes</c> says: does memory or the number of handles rise? No two requests but the
/// hits are alike, and the cache is full after minutes, so that what is kept for each request or question shows: entries are data, not a leak, and their
/// number stands still from then on. <c>OrleansLlm__Store__Redis</c> in the environment goes on to the gateway, and the figures are then of suite soak-redis.
/// </summary>
internal sealed class SoakSuite : ISuite
{
    private const double MiB = 1048576;

    // How often memory is read in the whole run: between two full collections it rises by tens of megabytes and falls again, whatever is kept. Likewise
    // connections come and go with the load, so that of handles the lowest number between two readings counts.
    private const int Readings = 24;

    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    public string Name => "soak";

    private string Measured => Environment.GetEnvironmentVariable("OrleansLlm__Store__Redis") is null ? Name : Name + "-redis";

    public string Summary => "Slopes of memory and handles at half of saturation (--rate) for --minutes (default 10)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken, ("OrleansLlm:Tenants:full:CacheBytes", "1048576"));
        var hit = bed.AllLayers(WireRequest.Body("How do I change my password?"));
        var turn = 0;
        WireRequest Next()
        {
            var i = Interlocked.Increment(ref turn);
            return (i % 16) switch
            {
                0 => bed.AllLayers(WireRequest.Body($"What does paragraph {i} of the handbook say about leave?")),
                1 or 5 or 9 or 13 => bed.PassThrough(WireRequest.Body($"Which documents prove the address of customer {i}?")),
                2 or 6 or 10 or 14 => bed.PassThrough(WireRequest.Body($"Which documents prove the address of customer {i}?", stream: true)),
                _ => hit,
            };
        }

        var rate = context.Rate ?? HalfOfSaturation(Next);
        var minutes = context.Minutes;
        var requests = (int)(rate * minutes * 60);
        var load = Task.Factory.StartNew(() => LoadLoops.Open(_ => Next(), rate, requests, 64), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var started = Stopwatch.GetTimestamp();
        List<(double Hours, ProcessUse Use)> samples = [];
        List<(double Hours, double Resident, double Heap, double Objects, double Handles)> lows = [];
        var (filesBefore, entriesBefore) = (bed.Gateway.FileBytes(""), bed.Gateway.FileBytes("ledger-entries"));
        for (var until = minutes / Readings; !load.IsCompleted;)
        {
            await Task.WhenAny(load, Task.Delay(s_interval, cancellationToken));
            samples.Add((Stopwatch.GetElapsedTime(started).TotalHours, bed.Gateway.Use));
            if (samples[^1].Hours * 60 < until)
                continue;
            until += minutes / Readings;
            var highest = samples[^1].Use.ResidentBytes / MiB;
            await bed.Gateway.CollectAsync(cancellationToken);
            var use = bed.Gateway.Use;
            var from = lows.Count > 0 ? lows[^1].Hours : 0;
            lows.Add((
                Stopwatch.GetElapsedTime(started).TotalHours, use.ResidentBytes / MiB,
                await bed.Gateway.HeapBytesAsync(GatewayBed.OperatorKey) / MiB, await bed.Gateway.ObjectBytesAsync(GatewayBed.OperatorKey) / MiB,
                samples.Where(s => s.Hours > from).Min(static s => s.Use.Handles)));
            // What a run that is stopped early still says.
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{lows[^1].Hours * 60:0} min: {highest:0} MiB, {lows[^1].Resident:0} once collected, heap {lows[^1].Heap:0}, objects {lows[^1].Objects:0}, {lows[^1].Handles} handles at least"));
        }

        // In the first half the cache fills, code is compiled and the collector finds out how many heaps this load needs.
        var settled = lows.Skip(lows.Count / 2).ToList();
        context.Report(Measured, "minutes", minutes, "min", 1);
        context.Report(Measured, "rate", rate, "1/s", requests);
        context.Report(Measured, "resident.highest", samples.Max(static s => s.Use.ResidentBytes) / MiB, "MiB", samples.Count);
        context.Report(Measured, "resident.last", settled[^1].Resident, "MiB", 1);
        Report("resident", "MiB", settled.Select(static s => (s.Hours, s.Resident)));
        Report("heap", "MiB", settled.Select(static s => (s.Hours, s.Heap)));
        Report("objects", "MiB", settled.Select(static s => (s.Hours, s.Objects)));
        Report("native", "MiB", settled.Select(static s => (s.Hours, s.Resident - s.Heap)));
        Report("handles", "1", settled.Select(static s => (s.Hours, s.Handles)));
        context.Report(Measured, "disk.entries", (double)(bed.Gateway.FileBytes("ledger-entries") - entriesBefore) / requests, "B", requests);
        context.Report(Measured, "disk.all", (double)(bed.Gateway.FileBytes("") - filesBefore) / requests, "B", requests);
        // Last, since it fails where a request did; the rest holds all the same.
        var latencies = await load;
        context.Report(Measured, "p50", latencies.Milliseconds(50), "ms", latencies.Count);
        context.Report(Measured, "p99", latencies.Milliseconds(99), "ms", latencies.Count);
        return 0;

        void Report(string what, string unit, IEnumerable<(double, double)> points)
        {
            var slope = Slope.Of(points);
            context.Report(Measured, what + ".slope", slope.PerUnit, unit + "/h", settled.Count);
            context.Report(Measured, what + ".slope.error", slope.StandardError, unit + "/h", settled.Count);
        }
    }

    private static double HalfOfSaturation(Func<WireRequest> next)
    {
        LoadLoops.Closed(next, 32, s_saturation);
        return LoadLoops.Closed(next, 32, s_saturation).PerSecond / 2;
    }
}
