using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>From the process's start to ready on a warm disk, and what it holds in memory with its models when nobody asks anything.</summary>
internal sealed class StartupSuite : ISuite
{
    private const int Starts = 5;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);

    public string Name => "startup";

    public string Summary => "Time from start to ready, and memory at rest with the models loaded";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var rounds = new Rounds();
        // The first one warms the disk.
        for (var i = -1; i < Starts; i++)
        {
            await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
            if (i < 0)
                continue;
            rounds.Add("ready", bed.Gateway.Started.TotalSeconds, "s", 1);
            rounds.Add("cpu", bed.Gateway.Use.CpuSeconds, "s", 1);
            await Task.Delay(s_rest, cancellationToken);
            rounds.Add("resident", bed.Gateway.Use.ResidentBytes / 1048576.0, "MiB", 1);
        }

        rounds.Report(context, Name);
        return 0;
    }
}
