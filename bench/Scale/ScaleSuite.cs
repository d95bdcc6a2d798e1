namespace OrleansLlm.Bench.Scale;

/// <summary>One to four silos on this machine: what a request costs all of them together. Near-linear scaling is a cost that hardly grows.</summary>
internal sealed class ScaleSuite : ISuite
{
    public const int MostSilos = 4;

    public string Name => "scale";

    public string Summary => "CPU per request of 1 to 4 silos with a real Redis: pass-through, exact hits, misses (needs redis-server)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var all = await ScaleMeasurement.RunAsync(context, MostSilos, cancellationToken);
        foreach (var figures in all)
            Report(context, Name, figures, all[0]);
        return 0;
    }

    /// <summary>The efficiency is one silo's cost over this: 1 is linear.</summary>
    public static void Report(SuiteContext context, string suite, ScaleFigures figures, ScaleFigures one)
    {
        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            var name = $"{figures.Silos}.{kind.ToString().ToLowerInvariant()}";
            context.Report(suite, name + ".cpu", figures.CpuMilliseconds[kind], "ms/request", figures.Silos);
            context.Report(suite, name + ".efficiency", one.CpuMilliseconds[kind] / figures.CpuMilliseconds[kind], "share", figures.Silos);
            context.Report(suite, name + ".redis-cpu", figures.RedisMilliseconds[kind], "ms/request", figures.Silos);
            context.Report(suite, name + ".p50", figures.P50Milliseconds[kind], "ms", figures.Silos);
        }

        context.Report(suite, figures.Silos + ".idle-cpu-per-silo", figures.IdleCpuShare, "cores", figures.Silos);
    }
}
