using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Scale;

/// <summary>What was measured on a cluster of one layout.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="IdleCpuShare">Of one core, that each process uses while nobody asks.</param>
/// <param name="Rounds">Milliseconds of processor of all its processes together for one request of each kind, round by round.</param>
/// <param name="RedisMilliseconds">Of Redis, for one request of each kind.</param>
/// <param name="P50Milliseconds">Until the answer, of each kind.</param>
internal sealed record ScaleFigures(
    ScaleLayout Layout,
    double IdleCpuShare,
    IReadOnlyDictionary<RequestKind, IReadOnlyList<double>> Rounds,
    IReadOnlyDictionary<RequestKind, double> RedisMilliseconds,
    IReadOnlyDictionary<RequestKind, double> P50Milliseconds)
{
    /// <summary>Of the processor, for one request: the middle round's.</summary>
    public double CpuMilliseconds(RequestKind kind) => Load.Rounds.Of(Rounds[kind]);

    /// <summary>Its cost over another's, measured beside it: the middle of the rounds' ratios.</summary>
    public double Over(ScaleFigures other, RequestKind kind) => Load.Rounds.Of(Rounds[kind].Zip(other.Rounds[kind], static (a, b) => a / b));
}
