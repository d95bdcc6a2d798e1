using System.Diagnostics;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Wire;

/// <summary>The route decision on the request's span.</summary>
internal static class RouteTags
{
    public static void Write(Activity? span, Decision decision)
    {
        // ASP.NET makes one for its logs, too, which takes tags that nobody will ever see.
        if (span is not { IsAllDataRequested: true } || !span.Source.HasListeners())
            return;
        span.SetTag("gen_ai.response.model", decision.Model);
        span.SetTag("orleansllm.route.reason", decision.RouteReason);
        span.SetTag("orleansllm.route.score", decision.RouteScore);
        span.SetTag("orleansllm.route.threshold", decision.RouteThreshold);
        span.SetTag("orleansllm.route.class", decision.RouteClass);
        span.SetTag("orleansllm.route.constraint", decision.RouteConstraint);
    }
}
