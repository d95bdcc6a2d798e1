using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Lets a worker for others be on silos alone whose lane is accelerated. The worker at home is where Orleans puts it: where it is asked.</summary>
internal sealed class PreferAcceleratorDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        if (!target.GrainIdentity.TryGetIntegerKey(out var key, out _) || key != AcceleratorPlacement.Elsewhere)
            return silos;
        var accelerated = ((PreferAcceleratorStrategy)filterStrategy).MetadataKey;
        return silos.Where(s => metadata.GetSiloMetadata(s).Metadata.ContainsKey(accelerated));
    }
}
