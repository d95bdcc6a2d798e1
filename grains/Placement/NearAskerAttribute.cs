using Orleans.Placement;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Placement;

/// <summary>On the gateway: an activation whose key says so (<see cref="GatewayKey.IsNear"/>) is placed in the silo that asks for it, others anywhere.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NearAskerAttribute() : PlacementFilterAttribute(new NearAskerStrategy());
