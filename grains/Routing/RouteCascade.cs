using OrleansLlm.Core;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>
/// The optional second look at a cheap answer, before the caller has it: one that refuses, or is not the JSON asked for, is asked again, of the
/// model that would have answered without routing. Both calls are billed. Only answers in one piece: a stream is on its way before it can be judged.
/// </summary>
internal sealed class RouteCascade(RouteProfiles profiles)
{
    /// <summary>Where the request goes once more; null where the answer serves, or nobody asked for a second look.</summary>
    public RouteResult? After(Query query, RouteResult route, CompletionFacts answer)
    {
        // What a provider's own tools have done, they would do again.
        if (!profiles.Of(query.Policy.TenantId).Cascade || query.Policy.Routing != LayerMode.On || route.Decision.Reason is not (RouteReason.Simple or RouteReason.Continued)
            || route.Model == route.BaselineModel || query.Chat.IsProviderBound || query.Chat.PointsElsewhere
            || !(AnswerSigns.Refuses(answer.Text) || JsonAnswer.Fails(query.Chat, answer.Text)))
            return null;
        return route with { Model = route.BaselineModel, Decision = route.Decision with { Model = route.BaselineModel, Reason = RouteReason.CascadeEscalated } };
    }
}
