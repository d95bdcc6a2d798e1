using Orleans.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>
/// On a stateless worker: where this silo runs the worker's lane on the processor alone, silos whose lane has an accelerator do its work, as
/// long as there are any. A silo with an accelerator of its own asks nobody else. See <see cref="AcceleratorDirectory"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PreferAcceleratorAttribute(string lane) : PlacementFilterAttribute(new PreferAcceleratorStrategy(lane))
{
    public string Lane => lane;
}
