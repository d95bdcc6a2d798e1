using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>Where a silo of two may place a gateway.</summary>
public sealed class NearAskerTests
{
    private static readonly CachePartition s_partition = new(new string('a', 64));
    private static readonly RequestFingerprint s_fingerprint = new(new string('b', 64));

    [Fact]
    public async Task Filter_InEachOfTwoSilos_NearKeysStayAndOthersGoAnywhere()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(static (_, silo) => silo.UseGatewayPlacement());
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var silos = cluster.Silos.Select(static s => s.SiloAddress).Order().ToList();
        var near = GatewayKey.Near(s_partition, s_fingerprint, "api");
        foreach (var silo in cluster.Silos)
        {
            var director = silo.ServiceProvider.GetRequiredKeyedService<IPlacementFilterDirector>(typeof(NearAskerStrategy));
            IEnumerable<SiloAddress> Filter(string key, IEnumerable<SiloAddress> among) =>
                director.Filter(new NearAskerStrategy(), new PlacementTarget(GrainId.Create("gateway", key), [], default, 0), among).Order();

            Assert.Equal([silo.SiloAddress], Filter(near, silos));
            Assert.Equal(silos, Filter(GatewayKey.Of(s_partition, s_fingerprint), silos));
            // It leaves, or the key stands in for one in a silo that does.
            Assert.Equal(silos.Where(s => !s.Equals(silo.SiloAddress)), Filter(near, silos.Where(s => !s.Equals(silo.SiloAddress))));
            Assert.Equal(silos, Filter(GatewayKey.Attempt(near, 1), silos));
        }
    }

    [Fact]
    public void GatewayGrain_IsPlacedByIt() => Assert.NotEmpty(typeof(GatewayGrain).GetCustomAttributes(typeof(NearAskerAttribute), false));
}
