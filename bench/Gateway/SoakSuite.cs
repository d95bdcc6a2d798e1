using System.Diagnostics;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// Half of what saturates it, for as long as <c>--minutes</c> says: does memory or the number of handles rise? With the embedded store the ledger's entries
/// stay in the process and it does; <c>OrleansLlm__Store__Redis</c> in the environment goes on to the gateway, and the figures are then of suite soak-redis.
/// </summary>
internal sealed class SoakSuite : ISuite
{
    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    public string Name => "soak";

    private string Measured => Environment.GetEnvironmentVariable("OrleansLlm__Store__Redis") is null ? Name : Name + "-redis";

    public string Summary => "Slopes of memory and handles at half of saturation (--minutes, default 10)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var pass = bed.PassThrough(WireRequest.Body("Which documents prove the address of a new customer?"));
        var streamed = bed.PassThrough(WireRequest.Body("Which documents prove the address of a new customer?", stream: true));
        var hit = bed.AllLayers(WireRequest.Body("How do I change my password?"));
        WireRequest[] mix = [pass, streamed, hit, hit];
        var turn = 0;
        WireRequest Next() => mix[(uint)Interlocked.Increment(ref turn) % mix.Length];
        LoadLoops.Closed(Next, 32, s_saturation);
        var (most, _) = LoadLoops.Closed(Next, 32, s_saturation);
        var rate = most / 2;
        var minutes = context.Minutes;
        var requests = (int)(rate * minutes * 60);
        var load = Task.Factory.StartNew(() => LoadLoops.Open(_ => Next(), rate, requests, 64), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var started = Stopwatch.GetTimestamp();
        List<(double Hours, double Resident, double Handles)> samples = [];
        while (!load.IsCompleted)
        {
            await Task.WhenAny(load, Task.Delay(s_interval, cancellationToken));
            var use = bed.Gateway.Use;
            samples.Add((Stopwatch.GetElapsedTime(started).TotalHours, use.ResidentBytes / 1048576.0, use.Handles));
        }

        var latencies = await load;
        // The first third is the heap finding its size.
        var settled = samples.Skip(samples.Count / 3).ToList();
        var memory = Slope.Of(settled.Select(static s => (s.Hours, s.Resident)));
        var handles = Slope.Of(settled.Select(static s => (s.Hours, s.Handles)));
        context.Report(Measured, "minutes", minutes, "min", 1);
        context.Report(Measured, "rate", rate, "1/s", requests);
        context.Report(Measured, "p50", latencies.Milliseconds(50), "ms", latencies.Count);
        context.Report(Measured, "p99", latencies.Milliseconds(99), "ms", latencies.Count);
        context.Report(Measured, "resident.last", settled[^1].Resident, "MiB", 1);
        context.Report(Measured, "resident.slope", memory.PerUnit, "MiB/h", settled.Count);
        context.Report(Measured, "resident.slope.error", memory.StandardError, "MiB/h", settled.Count);
        context.Report(Measured, "handles.slope", handles.PerUnit, "1/h", settled.Count);
        context.Report(Measured, "handles.slope.error", handles.StandardError, "1/h", settled.Count);
        return 0;
    }
}
