using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>Where a silo of two may place a gateway.</summary>
public sealed class NearAskerTests
{
    private static readonly CachePartition s_partition = new(new string('a', 64));
    private static readonly RequestFingerprint s_fingerprint = new(new string('b', 64));

    [Fact]
    public async Task Place_InEachOfTwoSilos_NearKeysStayAndOthersGoAnywhere()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(static (_, silo) => silo.UseGatewayPlacement());
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var silos = cluster.Silos.Select(static s => s.SiloAddress).Order().ToArray();
        var near = GatewayKey.Near(s_partition, s_fingerprint, "api");
        foreach (var silo in cluster.Silos)
        {
            var director = silo.ServiceProvider.GetRequiredKeyedService<IPlacementDirector>(typeof(ResourceOptimizedPlacement));
            // So often that each of two would be chosen.
            async Task<IEnumerable<SiloAddress>> PlacesAsync(GrainType type, string key, params SiloAddress[] among)
            {
                var target = new PlacementTarget(GrainId.Create(type, IdSpan.Create(key)), [], default, 0);
                var places = new HashSet<SiloAddress>();
                for (var i = 0; i < 64; i++)
                    places.Add(await director.OnAddActivation(new ResourceOptimizedPlacement(), target, new Context(silo.SiloAddress, among)));
                return places.Order();
            }

            Assert.Equal([silo.SiloAddress], await PlacesAsync(NearAskerDirector.Gateway, near, silos));
            Assert.Equal(silos, await PlacesAsync(NearAskerDirector.Gateway, GatewayKey.Of(s_partition, s_fingerprint), silos));
            Assert.Equal(silos, await PlacesAsync(GrainType.Create("another"), near, silos));
            // It leaves, or the key stands in for one in a silo that does.
            var other = silos.Single(s => !s.Equals(silo.SiloAddress));
            Assert.Equal([other], await PlacesAsync(NearAskerDirector.Gateway, near, other));
            Assert.Equal(silos, await PlacesAsync(NearAskerDirector.Gateway, GatewayKey.Attempt(near, 1), silos));

            // What an older version does not know would keep it from placing any gateway.
            var gateway = silo.ServiceProvider.GetRequiredService<IClusterManifestProvider>().LocalGrainManifest.Grains[NearAskerDirector.Gateway];
            Assert.DoesNotContain(gateway.Properties.Keys, static k => k.StartsWith("placement", StringComparison.Ordinal));
        }
    }

    private sealed class Context(SiloAddress local, SiloAddress[] among) : IPlacementContext
    {
        public SiloAddress LocalSilo => local;

        public SiloStatus LocalSiloStatus => SiloStatus.Active;

        public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => among;

        public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) => new Dictionary<ushort, SiloAddress[]>();
    }
}
