namespace OrleansLlm.Bench.Scale;

/// <summary>What was measured on a cluster of one size.</summary>
/// <param name="Silos">Its size.</param>
/// <param name="IdleCpuShare">Of one core, that each silo uses while nobody asks.</param>
/// <param name="CpuMilliseconds">Of all silos together, for one request of each kind.</param>
/// <param name="RedisMilliseconds">Of Redis, for one request of each kind.</param>
/// <param name="P50Milliseconds">Until the answer, one caller, of each kind.</param>
internal sealed record ScaleFigures(
    int Silos,
    double IdleCpuShare,
    IReadOnlyDictionary<RequestKind, double> CpuMilliseconds,
    IReadOnlyDictionary<RequestKind, double> RedisMilliseconds,
    IReadOnlyDictionary<RequestKind, double> P50Milliseconds);
