using Orleans.Placement;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>Where grains may be is told to silos of other versions by their attributes.</summary>
public sealed class PlacementContractTests
{
    // A silo that does not know an attribute of ours can place no activation of that grain: a new one must wait until no version without it is about.
    [Fact]
    public void Grains_PlacementAttributes_AreThoseThatEarlierVersionsKnow() => Assert.Equal(
        ["CompressorWorker PreferAccelerator", "EmbeddingWorker PreferAccelerator", "PairVerifierWorker PreferAccelerator"],
        typeof(GatewayGrain).Assembly.GetTypes()
            .SelectMany(static t => t.GetCustomAttributes(inherit: true).Where(static a => a is (PlacementAttribute or PlacementFilterAttribute) && a.GetType().Assembly == typeof(GatewayGrain).Assembly)
                .Select(a => $"{t.Name} {a.GetType().Name.Replace("Attribute", string.Empty, StringComparison.Ordinal)}"))
            .Order(StringComparer.Ordinal));
}
