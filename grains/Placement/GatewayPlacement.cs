using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Where gateways live.</summary>
public static class GatewayPlacement
{
    /// <summary>Places gateways near their askers where their keys say so.</summary>
    public static ISiloBuilder UseGatewayPlacement(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var usual = silo.Services.Last(static s => s.IsKeyedService && s.ServiceType == typeof(IPlacementDirector) && Equals(s.ServiceKey, typeof(ResourceOptimizedPlacement)));
        silo.Services.AddPlacementDirector<ResourceOptimizedPlacement>(
            services => new NearAskerDirector((IPlacementDirector)ActivatorUtilities.CreateInstance(services, usual.KeyedImplementationType!)));
        return silo;
    }
}
