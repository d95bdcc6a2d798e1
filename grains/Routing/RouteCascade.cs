using OrleansLlm.Core;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Routing;

/// <summary>
/// The optional second look at a cheap answer, before the caller has it: one that refuses, or is not the JSON asked for, is asked of the strongest
/// tier again. Both calls are billed. Only answers in one piece: a stream is on its way before it can be judged.
/// </summary>
internal sealed class RouteCascade(RouteProfiles profiles, IUpstreamCatalog catalog)
{
    /// <summary>Where the request goes once more; null where the answer serves, or nobody asked for a second look.</summary>
    public RouteResult? After(Query query, RouteResult route, CompletionFacts answer)
    {
        var profile = profiles.Of(query.Policy.TenantId);
        if (!profile.Cascade || query.Policy.Routing != LayerMode.On || route.Decision.Reason is not (RouteReason.Simple or RouteReason.Continued)
            || route.Model == profile.Strongest || query.Chat.IsProviderBound
            || catalog.Find(profile.Strongest, UpstreamEndpoints.Of(query.Chat.Form)) is null || Serves(query, answer.Text))
            return null;
        return route with { Model = profile.Strongest, Decision = route.Decision with { Model = profile.Strongest, Reason = RouteReason.CascadeEscalated } };
    }

    // An answer without text calls a tool, and is not judged.
    private static bool Serves(Query query, string answer) =>
        answer.Length == 0 || (!AnswerSigns.Refuses(answer) && (!query.Chat.WantsJson || JsonAnswer.Holds(query.Chat.Body, answer)));
}
