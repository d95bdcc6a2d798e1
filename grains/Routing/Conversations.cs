using Microsoft.Extensions.Options;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Routing;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>Finds what came before a request for <c>auto</c>, and notes what became of it.</summary>
internal sealed class Conversations(IGrainFactory grains, IOptions<QueryGatewayOptions> options, TimeProvider time)
{
    /// <summary>What came before; nothing where it cannot be known in time.</summary>
    public async Task<ConversationContext> FindAsync(Query query, ConversationKeys keys)
    {
        var turn = query.Question.Length > 0 ? query.Question : RoutedText.Of(query.Chat);
        var hasHistory = keys.Before is not null || query.Chat.ContinuesElsewhere;
        var context = new ConversationContext
        {
            HasHistory = hasHistory,
            Refused = keys.Before is not null && AnswerSigns.Refuses(LastAnswer(query)),
            Dissatisfied = hasHistory && AnswerSigns.IsDissatisfied(turn),
            IsContinuation = hasHistory && AnswerSigns.IsContinuation(turn),
        };
        if (keys.Before is null && !query.Chat.WantsJson)
            return context;
        try
        {
            var found = await Grain(query, keys).FindAsync(keys.Before, keys.Prompt).AsTask().WaitAsync(options.Value.RoutingTimeout, time);
            return context with
            {
                Before = found.Model is { } model ? new ConversationTurn(model, found.BrokeSchema) : null,
                SameBefore = found.SameModel is { } same ? new ConversationTurn(same, found.SameBrokeSchema) : null,
            };
        }
        catch (Exception)
        {
            return context;
        }
    }

    /// <summary>Notes the model that answered; nobody waits for it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="route">Where it went.</param>
    /// <param name="brokeSchema">Whether the answer failed the JSON that was asked for.</param>
    public void Answered(Query query, RouteResult route, bool brokeSchema)
    {
        if (route is { WentDown: true, Decision.SimpleProbability: { } probability })
            _ = grains.GetGrain<IRouteEvidenceGrain>(query.Policy.TenantId).RoutedDownAsync(query.Request.RequestId, probability);
        if (route.Conversation is { } keys)
            _ = Grain(query, keys).AnsweredAsync(keys.Prompt, route.ShadowModel ?? route.Model, brokeSchema);
    }

    private static string LastAnswer(Query query)
    {
        for (var i = query.Chat.Messages.Count - 1; i >= 0; i--)
        {
            if (query.Chat.Messages[i].Role == "assistant")
                return string.Join('\n', query.Chat.Messages[i].TextParts.Select(p => p.Text));
        }

        return string.Empty;
    }

    private IConversationGrain Grain(Query query, ConversationKeys keys) =>
        grains.GetGrain<IConversationGrain>($"{query.Policy.TenantId}|{keys.Root[0]}");
}
