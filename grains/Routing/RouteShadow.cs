using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>Draws the routed requests that the other tier answers too, after the reply, and keeps them until <see cref="RouteVerifier"/> comes to them.</summary>
internal sealed class RouteShadow(IOptions<RoutingOptions> options, GatewayTelemetry telemetry)
{
    /// <summary>What was drawn.</summary>
    public SampledQueue<ShadowedRoute> Queue { get; } = new(options.Value.Queue, "routing-shadow", telemetry);

    /// <summary>After a routed request was answered.</summary>
    public void Offer(Query query, RouteResult route, string answer)
    {
        // What a provider's own tools do, they would do twice.
        if (query.Policy.Routing != LayerMode.On || query.Chat.Messages.Count == 0 || answer.Length == 0 || !query.Chat.IsRepeatable || query.Chat.PointsElsewhere
            || !SampledRequests.Drawn(query.Request.RequestId, options.Value.ShadowShare))
            return;
        // A route up that a constraint asked for has no cheaper alternative.
        if (route.WentDown)
            Queue.Add(new ShadowedRoute(query, route.BaselineModel, answer, GaveCheap: true, IsSimple: true));
        else if (route is { KeptUp: false, Decision: { Constraint: null, Reason: RouteReason.NotClearlySimple or RouteReason.TooManyMisroutes }, CheapestModel: { } cheapest })
            Queue.Add(new ShadowedRoute(query, cheapest, answer, GaveCheap: false, IsSimple: route.Decision.SimpleProbability >= route.Decision.Threshold));
    }
}

/// <summary>A routed request that another tier is to answer too.</summary>
/// <param name="Query">The request.</param>
/// <param name="OtherModel">Where it did not go.</param>
/// <param name="Answer">The answer that was given.</param>
/// <param name="GaveCheap">Whether that is the cheaper model's.</param>
/// <param name="IsSimple">Whether the score routes it down, or would if production's labels let it.</param>
internal sealed record ShadowedRoute(Query Query, string OtherModel, string Answer, bool GaveCheap, bool IsSimple);
