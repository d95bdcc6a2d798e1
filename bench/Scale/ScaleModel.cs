namespace OrleansLlm.Bench.Scale;

/// <summary>
/// Costs of a cluster of any size. What is kept in one place for all silos (who asked the same, an answer, a shard) is on any of them with the same
/// probability, so that (n - 1) / n of the calls to it are hops. What they cost together, serialization and all, is measured with two silos, of which half
/// are hops, against two silos that do not know each other; what is predicted for more was not measured with more. Models, compressor and calls to providers
/// are where the request is.
/// </summary>
/// <param name="apart">Silos that do not know each other, by their number: so many processes on this machine.</param>
/// <param name="two">Two silos.</param>
/// <param name="idlePerPeer">Of a core, that a silo uses for each other silo.</param>
internal sealed class ScaleModel(IReadOnlyDictionary<int, ScaleFigures> apart, ScaleFigures two, double idlePerPeer)
{
    private const double HopsOfTwo = 0.5;

    /// <summary>Milliseconds of processor of a request whose every call to another place is a hop, beyond one that makes none.</summary>
    public double HopMilliseconds(RequestKind kind) => Math.Max(0, two.CpuMilliseconds(kind) - apart[2].CpuMilliseconds(kind)) / HopsOfTwo;

    /// <summary>Milliseconds of processor that a request costs so many silos on this machine together.</summary>
    public double OnThisMachine(RequestKind kind, int silos) => apart[silos].CpuMilliseconds(kind) + HopMilliseconds(kind) * (silos - 1) / silos;

    /// <summary>The same where each silo has a machine of its own, under the load of one here.</summary>
    public double CpuMilliseconds(RequestKind kind, int silos) => apart[1].CpuMilliseconds(kind) + HopMilliseconds(kind) * (silos - 1) / silos;

    /// <summary>Cores that one silo of so many uses while nobody asks.</summary>
    public double IdleCores(int silos) => apart[1].IdleCpuShare + idlePerPeer * (silos - 1);
}
