using Orleans.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>See <see cref="NearAskerAttribute"/>.</summary>
internal sealed class NearAskerStrategy() : PlacementFilterStrategy(order: 0);
