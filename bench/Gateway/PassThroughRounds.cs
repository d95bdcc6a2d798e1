using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>The same request to several addresses in turn, round after round, so that what the machine does meanwhile meets all of them.</summary>
internal sealed class PassThroughRounds
{
    /// <summary>Rounds of which a figure is the median.</summary>
    public const int Count = 5;

    private const int PerSecond = 200;
    private const int Samples = 800;
    private const int Connections = 4;
    private const int Callers = 32;

    // After 4 s the compiler is still at work: the third round passes a fifth more than the first. While all processors are busy it starves, and what it
    // makes afterwards is counted anew and compiled once more: measured at once, half a processor was its own in the rounds of latency. How long it takes
    // hangs on the machine and on how much code there is: on a slow one a fifth of our processor time was still its own after 25 s, little of YARP's.
    private const int SteadyTurns = 3;
    private const int SteadySamples = 1000;

    private const int MostBursts = 20;
    private const double SettledShare = 0.05;

    private static readonly TimeSpan s_firstBurst = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_burst = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(3);

    private readonly Rounds _rounds = new();

    /// <summary>
    /// Has what stands before the upstream compile what it will, by bursts until its compiler takes less than a twentieth of a processor and by turns at the
    /// measured rate; the upstream is asked meanwhile.
    /// </summary>
    /// <param name="through">A request to each by its name, and the process that answers it.</param>
    public static void WarmUp(IReadOnlyList<(string Name, WireRequest Request, int ProcessId)> through)
    {
        foreach (var (_, request, process) in through)
        {
            LoadLoops.Closed(() => request, Callers, s_firstBurst);
            for (var burst = 0; burst < MostBursts; burst++)
            {
                var compiler = ProcessUse.CompilerSeconds(process);
                LoadLoops.Closed(() => request, Callers, s_burst);
                if (ProcessUse.CompilerSeconds(process) - compiler < SettledShare * s_burst.TotalSeconds)
                    break;
            }
        }

        for (var turn = 0; turn < SteadyTurns; turn++)
        {
            foreach (var (_, request, _) in through)
                LoadLoops.Open(_ => request, PerSecond, SteadySamples, Connections);
        }

        LoadLoops.Settle();
    }

    /// <summary>One round: latency at a fixed rate beyond the upstream's own, and answers a second of 32 callers.</summary>
    /// <param name="direct">The upstream itself.</param>
    /// <param name="through">What stands before it, as it was warmed up.</param>
    public void Add(WireRequest direct, IReadOnlyList<(string Name, WireRequest Request, int ProcessId)> through)
    {
        var floor = LoadLoops.Open(_ => direct, PerSecond, Samples, Connections);
        _rounds.Add("direct.p50", floor.Milliseconds(50), "ms", Samples);
        _rounds.Add("direct.p99", floor.Milliseconds(99), "ms", Samples);
        foreach (var (name, request, _) in through)
        {
            var took = LoadLoops.Open(_ => request, PerSecond, Samples, Connections);
            _rounds.Add(name + ".added.p50", took.Milliseconds(50) - floor.Milliseconds(50), "ms", Samples);
            _rounds.Add(name + ".added.p99", took.Milliseconds(99) - floor.Milliseconds(99), "ms", Samples);
        }

        foreach (var (name, request) in through.Select(static t => (t.Name, t.Request)).Prepend(("direct", direct)))
        {
            var (rate, count) = LoadLoops.Closed(() => request, Callers, s_saturation);
            _rounds.Add(name + ".c32", rate, "1/s", count);
        }
    }

    public void Report(SuiteContext context, string suite) => _rounds.Report(context, suite);
}
