using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>The same request to several addresses in turn, round after round, so that what the machine does meanwhile meets all of them.</summary>
/// <param name="suite">Whose figures.</param>
/// <param name="direct">The upstream itself.</param>
/// <param name="through">What stands before it, by name.</param>
internal sealed class PassThroughRounds(string suite, WireRequest direct, IReadOnlyList<(string Name, WireRequest Request)> through)
{
    private const int Count = 5;
    private const int PerSecond = 200;
    private const int Samples = 800;
    private const int Connections = 4;
    private const int Callers = 32;

    // After 4 s the compiler is still at work: the third round passes a fifth more than the first.
    private static readonly TimeSpan s_warmup = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(3);

    /// <summary>Latency at a fixed rate beyond the upstream's own, and answers a second of 32 callers.</summary>
    public void Run(SuiteContext context)
    {
        var rounds = new Rounds();
        foreach (var request in through.Select(static t => t.Request).Prepend(direct))
            LoadLoops.Closed(() => request, Callers, s_warmup);
        for (var round = 0; round < Count; round++)
        {
            var floor = LoadLoops.Open(_ => direct, PerSecond, Samples, Connections);
            rounds.Add("direct.p50", floor.Milliseconds(50), "ms", Samples);
            rounds.Add("direct.p99", floor.Milliseconds(99), "ms", Samples);
            foreach (var (name, request) in through)
            {
                var took = LoadLoops.Open(_ => request, PerSecond, Samples, Connections);
                rounds.Add(name + ".added.p50", took.Milliseconds(50) - floor.Milliseconds(50), "ms", Samples);
                rounds.Add(name + ".added.p99", took.Milliseconds(99) - floor.Milliseconds(99), "ms", Samples);
            }

            foreach (var (name, request) in through.Prepend(("direct", direct)))
            {
                var (rate, count) = LoadLoops.Closed(() => request, Callers, s_saturation);
                rounds.Add(name + ".c32", rate, "1/s", count);
            }
        }

        rounds.Report(context, suite);
    }
}
