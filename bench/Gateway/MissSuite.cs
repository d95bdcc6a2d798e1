using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>Questions of about sixty tokens that nobody asked before, with all layers on: looked up, routed, called, stored.</summary>
internal sealed class MissSuite : ISuite
{
    private const int Count = 5;
    private const int PerSecond = 20;
    private const int Samples = 100;
    private const int CostSamples = 200;

    private static readonly string[] s_words = ["retail", "custody", "treasury", "payments", "lending", "brokerage", "savings", "audit", "legal", "tax", "risk"];

    public string Name => "miss";

    public string Summary => "Misses with all layers on: latency added at 20/s, cost per miss";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var number = 0;
        WireRequest NextOf(GatewayBed b, int i) => b.AllLayers(WireRequest.Body(Question(Interlocked.Increment(ref number))));
        WireRequest Next(int i) => NextOf(bed, i);
        LoadLoops.Open(Next, 40, 300, 2, "miss");
        var direct = bed.Direct(WireRequest.Body(Question(0)));
        LoadLoops.Open(_ => direct, 200, 400, 2);
        var rounds = new Rounds();
        for (var round = 0; round < Count; round++)
        {
            var floor = LoadLoops.Open(_ => direct, PerSecond, Samples, 2);
            var took = LoadLoops.Open(Next, PerSecond, Samples, 2, "miss");
            foreach (var p in new[] { 50, 99 })
                rounds.Add($"added.p{p}", took.Milliseconds(p) - floor.Milliseconds(p), "ms", Samples);
        }

        rounds.Report(context, Name);
        await using var counting = await GatewayBed.StartAsync(context, cancellationToken, GatewayBed.FineCounting);
        await RequestCost.ReportAsync(context, Name, string.Empty, bed, counting, NextOf, CostSamples);
        return 0;
    }

    private static string Question(int number) =>
        $"Section {number} of the handbook lists the duties of the {s_words[number % s_words.Length]} officer towards customers of the {s_words[number / 7 % s_words.Length]} "
        + "desk: which of these duties must be met before an account is opened, which may follow within thirty days, and who signs for them in the end?";
}
