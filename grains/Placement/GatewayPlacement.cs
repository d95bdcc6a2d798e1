using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Where gateways live.</summary>
public static class GatewayPlacement
{
    /// <summary>Places gateways near their askers where their keys say so.</summary>
    public static ISiloBuilder UseGatewayPlacement(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddPlacementFilter<NearAskerStrategy, NearAskerDirector>(ServiceLifetime.Transient);
        return silo;
    }
}
