namespace OrleansLlm.Bench.Scale;

/// <summary>One to four silos on this machine: what a request costs all of them together. Near-linear scaling is a cost that hardly grows.</summary>
internal sealed class ScaleSuite : ISuite
{
    public const int MostSilos = 4;

    public string Name => "scale";

    public string Summary => "CPU per request of 1 and 3 silos behind an API of its own, under one silo's load and three times that, with a real Redis: pass-through, streams, exact and verified hits, misses (needs redis-server)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var all = await ScaleMeasurement.RunAsync(context, [new(1, Apis: 1), new(3, Apis: 1), new(3, Apis: 1, Loads: 3)], cancellationToken);
        foreach (var figures in all)
            Report(context, Name, figures, all[0]);
        return 0;
    }

    /// <summary>The ratio is its cost over that of one silo: 1 is linear.</summary>
    public static void Report(SuiteContext context, string suite, ScaleFigures figures, ScaleFigures one)
    {
        foreach (var (kind, rounds) in figures.Rounds)
        {
            var name = $"{figures.Layout.Name}.{kind.ToString().ToLowerInvariant()}";
            context.Report(suite, name + ".cpu", figures.CpuMilliseconds(kind), "ms/request", rounds.Count);
            context.Report(suite, name + ".over-one", figures.Over(one, kind), "ratio", rounds.Count);
            context.Report(suite, name + ".redis-cpu", figures.RedisMilliseconds[kind], "ms/request", rounds.Count);
            context.Report(suite, name + ".p50", figures.P50Milliseconds[kind], "ms", rounds.Count);
        }

        context.Report(suite, figures.Layout.Name + ".idle-cpu-per-process", figures.IdleCpuShare, "cores", 1);
    }
}
