using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>Draws the routed requests that the other tier answers too, after the reply, and keeps them until <see cref="RouteVerifier"/> comes to them.</summary>
internal sealed class RouteShadow(IOptions<RoutingOptions> options, RouteProfiles profiles, GatewayTelemetry telemetry)
{
    /// <summary>What was drawn.</summary>
    public SampledQueue<ShadowedRoute> Queue { get; } = new(options.Value.Queue, "routing-shadow", telemetry);

    /// <summary>After a routed request was answered.</summary>
    public void Offer(Query query, RouteResult route, string answer)
    {
        if (query.Policy.Routing != LayerMode.On || query.Chat.Messages.Count == 0 || answer.Length == 0 || !query.Chat.IsRepeatable
            || route.Decision.Reason is not (RouteReason.Simple or RouteReason.NotClearlySimple) || !SampledRequests.Drawn(query.Request.RequestId, options.Value.ShadowShare))
            return;
        var tiers = profiles.Of(query.Policy.TenantId).Tiers;
        var other = route.Decision.Reason == RouteReason.Simple ? tiers[^1].Model : tiers[0].Model;
        // A route up that a constraint asked for has no cheaper alternative.
        if (other == route.Model || route.Decision.Constraint is not null)
            return;
        Queue.Add(new ShadowedRoute(query, route, other, answer));
    }
}

/// <summary>A routed request that another tier is to answer too.</summary>
/// <param name="Query">The request.</param>
/// <param name="Route">Where it went.</param>
/// <param name="OtherModel">Where it did not go.</param>
/// <param name="Answer">The answer that was given.</param>
internal sealed record ShadowedRoute(Query Query, RouteResult Route, string OtherModel, string Answer);
