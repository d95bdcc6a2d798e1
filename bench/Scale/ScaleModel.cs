namespace OrleansLlm.Bench.Scale;

/// <summary>
/// Costs of a cluster of any size from those of one silo and of one hop. A grain with a key is on any silo with the same probability, so
/// of its calls (n - 1) / n are hops; stateless workers are near. What a silo does for each other silo is taken from idle silos.
/// </summary>
/// <param name="one">One silo's figures.</param>
/// <param name="hop">A hop's cost.</param>
/// <param name="idlePerPeer">Of a core, that a silo uses for each other silo.</param>
internal sealed class ScaleModel(ScaleFigures one, HopCost hop, double idlePerPeer)
{
    /// <summary>Calls of grains with keys that a request makes, by design and not by measurement.</summary>
    public static IReadOnlyDictionary<RequestKind, double> KeyedCalls { get; } = new Dictionary<RequestKind, double>
    {
        // The gateway grain.
        [RequestKind.Pass] = 1,
        [RequestKind.Exact] = 1,
        // The gateway grain; the pending question, begun and ended; the shard, asked and written.
        [RequestKind.Miss] = 5,
    };

    /// <summary>Milliseconds of processor that a request costs all silos together.</summary>
    public double CpuMilliseconds(RequestKind kind, int silos) =>
        one.CpuMilliseconds[kind] + KeyedCalls[kind] * (silos - 1) / silos * hop.Microseconds / 1000;

    /// <summary>Cores that one silo of so many uses for the others alone.</summary>
    public double IdleCores(int silos) => one.IdleCpuShare + idlePerPeer * (silos - 1);
}
