using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Placement;

/// <summary>Leaves this silo alone for a key that belongs where it is asked; all where it is not among them, because it leaves.</summary>
internal sealed class NearAskerDirector(ILocalSiloDetails local) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var all = silos.ToList();
        return all.Contains(local.SiloAddress) && target.GrainIdentity.Key.ToString() is { } key && GatewayKey.IsNear(key) ? [local.SiloAddress] : all;
    }
}
