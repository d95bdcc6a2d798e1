using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Inference;

namespace OrleansLlm.Grains.Routing;

/// <summary>Why there was no score, from what a worker answered.</summary>
internal static class RouteReasons
{
    public static RouteReason WithoutScore(this WorkerOutcome outcome) => outcome switch
    {
        WorkerOutcome.Overloaded => RouteReason.Overloaded,
        WorkerOutcome.DeadlinePassed => RouteReason.DeadlinePassed,
        _ => RouteReason.Unavailable,
    };
}
