using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Keeps the silos whose lane is accelerated, or all where none is. Orleans then takes this silo where it is among them.</summary>
internal sealed class PreferAcceleratorDirector(ISiloMetadataCache metadata, ILocalSiloDetails local) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var key = ((PreferAcceleratorStrategy)filterStrategy).MetadataKey;
        if (IsAccelerated(local.SiloAddress, key))
            return silos;
        var all = silos as IReadOnlyCollection<SiloAddress> ?? [.. silos];
        if (all.Count < 2)
            return all;
        var accelerated = all.Where(s => IsAccelerated(s, key)).ToList();
        return accelerated.Count > 0 ? accelerated : all;
    }

    private bool IsAccelerated(SiloAddress silo, string key) => metadata.GetSiloMetadata(silo).Metadata.ContainsKey(key);
}
