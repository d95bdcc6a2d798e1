using System.Diagnostics.Metrics;

namespace OrleansLlm.Cluster.Tests;

/// <summary>Meters that nobody reads.</summary>
internal sealed class Meters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
