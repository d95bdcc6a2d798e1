using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Lets a worker for others be on silos alone that have the lane's model on an accelerator. The worker at home is where Orleans puts it: where it is asked.</summary>
internal sealed class PreferAcceleratorDirector(AcceleratorDirectory accelerators) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        if (!target.GrainIdentity.TryGetIntegerKey(out var key, out _) || key != AcceleratorPlacement.Elsewhere)
            return silos;
        var lane = ((PreferAcceleratorStrategy)filterStrategy).Lane;
        return silos.Where(s => accelerators.Serves(s, lane));
    }
}
