using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Placement;

/// <summary>
/// Places a gateway whose key says so (<see cref="GatewayKey.IsNear"/>) in this silo, which is asked for it, unless it leaves; all else where
/// <paramref name="usual"/> says.
/// </summary>
/// <remarks>
/// A director and no attribute of the grain: attributes travel to the other silos, and one of a version that knows no such attribute can place
/// none of that grain's activations.
/// </remarks>
/// <param name="usual">Orleans' own.</param>
internal sealed class NearAskerDirector(IPlacementDirector usual) : IPlacementDirector
{
    /// <summary>Type of gateway grains.</summary>
    public static readonly GrainType Gateway = GrainType.Create("gateway");

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var grain = target.GrainIdentity;
        return grain.Type == Gateway && grain.Key.ToString() is { } key && GatewayKey.IsNear(key) && context.GetCompatibleSilos(target).Contains(context.LocalSilo)
            ? Task.FromResult(context.LocalSilo)
            : usual.OnAddActivation(strategy, target, context);
    }
}
