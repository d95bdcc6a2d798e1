using System.Text;
using OrleansLlm.Core;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Routing;

/// <summary>Chooses the model: constraints, then the router head's score over the embedding the cache made. Fails open to the strongest tier.</summary>
internal sealed class RouteLayer(
    RouteProfiles profiles,
    RouteScorer scorer,
    Conversations conversations,
    RouteGuard guard,
    ServedPrices prices,
    IUpstreamCatalog catalog,
    TimeProvider time)
{
    private const int AssumedCompletion = 150;

    // Frame of a message, and a part of the reply's.
    private const int PerMessage = 4;

    /// <summary>Whether a decision for this query would use its embedding.</summary>
    public static bool NeedsEmbedding(Query query) =>
        query.Policy.Routing != LayerMode.Off && !query.Controls.RouteOff && query.Question.Length > 0 && IsRouted(query, out var alias) && alias == RouteAlias.Auto;

    /// <summary>The route of a query that no layer touched.</summary>
    public static RouteResult Requested(Query query) =>
        new(query.Chat.Model, query.Chat.Model, new(query.Chat.Model, null, 0, RouteReason.ExplicitModel), null, 0);

    /// <summary>The model that savings are measured against: an alias stands for the best of the ladder, any other model for itself.</summary>
    public string BaselineOf(Query query) => RouteAliases.Parse(query.Chat.Model) == RouteAlias.None ? query.Chat.Model : ProfileOf(query).Profile.Strongest;

    /// <summary>The surface features that moved the score of a query that is routed by it; empty for others.</summary>
    public Task<IReadOnlyList<FeatureEffect>> ExplainAsync(Query query, RouteResult route) =>
        route.Decision.SimpleProbability is null ? Task.FromResult<IReadOnlyList<FeatureEffect>>([]) : scorer.ExplainAsync(RoutedText.Of(query.Chat), profiles.Of(query.Policy.TenantId));

    /// <summary>Decides.</summary>
    /// <param name="query">The query.</param>
    /// <param name="embedding">Its question's embedding; null where there is none.</param>
    /// <param name="withoutEmbedding">Why not.</param>
    /// <param name="isTraffic">Whether its score is one of those that the certificate's are held against; false for a mere explanation.</param>
    public async ValueTask<RouteResult> DecideAsync(Query query, byte[]? embedding, RouteReason withoutEmbedding, bool isTraffic)
    {
        var started = time.GetTimestamp();
        var routed = IsRouted(query, out var alias);
        var requested = query.Chat.Model;
        if (!routed)
            return new(requested, requested, new(requested, null, profiles.Of(query.Policy.TenantId).Threshold, RouteReason.ExplicitModel), null, 0);
        var (profile, served) = ProfileOf(query);
        var mapped = RouteAliases.Parse(requested) == RouteAlias.None;
        var baseline = BaselineOf(query);
        if (query.Policy.Routing == LayerMode.Off || query.Controls.RouteOff)
            return new(baseline, baseline, new(baseline, null, profile.Threshold, RouteReason.Disabled), null, 0);

        if (!served)
            return new(baseline, baseline, new(baseline, null, profile.Threshold, RouteReason.FormNotServed), null, 0);

        var text = RoutedText.Of(query.Chat);
        var english = EnglishText.IsLikely(text);
        var ladder = mapped ? LadderUpTo(requested, profile) : profile.Tiers;
        var tiers = query.Chat.IsProviderBound ? TiersBeside(baseline, ladder) : ladder;
        // Some servers take zero or less for no bound at all.
        var completion = Math.Max(0, query.Chat.MaxCompletionTokens ?? 0);
        var question = new RouteQuestion
        {
            RequestedModel = mapped ? RouteAliases.Auto : requested,
            PromptTokens = await EstimateTokensAsync(query, completion, tiers, profile.Strongest),
            MaxCompletionTokens = completion,
            Needs = Needs(query) | (english ? 0 : ModelCapabilities.OtherLanguages),
            InToolLoop = query.Chat.Messages is not [.., { IsUser: true }],
            WithoutScore = english ? withoutEmbedding : RouteReason.LanguageUnsupported,
        };
        var keys = alias == RouteAlias.Auto ? ConversationKeys.Of(query.Chat.Messages) : null;
        var past = keys is null ? Task.FromResult(ConversationContext.None) : conversations.FindAsync(query, keys);
        double? simple = null;
        var isQuestion = text == query.Question;
        if (alias == RouteAlias.Auto && english && text.Length > 0 && (embedding is not null || !isQuestion))
        {
            var score = await scorer.ScoreAsync(text, isQuestion ? embedding : null, profile);
            simple = score.Simple;
            question = question with { KeptUp = score.KeptUp, WithoutScore = score.WithoutScore };
        }

        // What the certificate says nothing of, or production contradicts, is not routed down. It says nothing of what is kept up in any case.
        var refused = simple is { } scored && question.KeptUp is null ? guard.Check(query.Policy.TenantId, scored, isTraffic) : null;
        var decision = refused is { } because
            ? RoutingPolicy.Decide(question with { WithoutScore = because }, tiers, profile.Threshold, null) with { SimpleProbability = simple }
            : RoutingPolicy.Decide(question, tiers, profile.Threshold, simple);
        decision = decision with { Class = QuestionClassifier.Of(text) };
        decision = ConversationPolicy.Apply(decision, question, await past, tiers, profile.MayGoDown, (stay, move) => PrefixIsWorthMore(query, question, stay, move));
        // A mapped model never gives way to another unless the question is clearly simple.
        if (mapped && decision.Reason != RouteReason.Simple)
            decision = decision with { Model = requested };
        if (decision.Reason is RouteReason.Simple or RouteReason.FastAlias && tiers[0] != ladder[0])
            decision = decision with { Reason = RouteReason.ProviderBound };
        var milliseconds = time.GetElapsedTime(started).TotalMilliseconds;
        var result = query.Policy.Routing == LayerMode.Shadow
            ? new RouteResult(baseline, baseline, decision, decision.Model, milliseconds)
            : new RouteResult(decision.Model, baseline, decision, null, milliseconds);
        return result with { KeptUp = question.KeptUp is not null, Conversation = keys, CheapestModel = tiers[0].Model == baseline ? null : tiers[0].Model };
    }

    // Of the tenant's tiers those whose providers speak the request's form: nothing is translated from one to the other.
    private (RouteProfile Profile, bool Served) ProfileOf(Query query)
    {
        var profile = profiles.Of(query.Policy.TenantId);
        var endpoint = UpstreamEndpoints.Of(query.Chat.Form);
        var speaking = profile.Tiers.Where(t => catalog.Find(t.Model, endpoint) is not null).ToList();
        return speaking.Count == 0 ? (profile, false) : (speaking.Count == profile.Tiers.Count ? profile : profile with { Tiers = speaking }, true);
    }

    // What a provider keeps no other one knows: the ladder shrinks to the home of the model that would answer without routing.
    private List<ModelTier> TiersBeside(string model, IReadOnlyList<ModelTier> ladder)
    {
        var home = catalog.Find(model)?.Upstream.Name;
        return [.. ladder.Where(t => catalog.Find(t.Model)?.Upstream.Name == home)];
    }

    // A mapped model is the best that its caller asked for: above it there is nothing, and whatever the request needs is its caller's own affair.
    private List<ModelTier> LadderUpTo(string requested, RouteProfile profile)
    {
        var known = profile.Tiers.FirstOrDefault(t => t.Model == requested);
        return [.. profile.Tiers.Where(t => IsCheaper(t.Model, requested)), new ModelTier(requested, known?.MaxContextTokens ?? int.MaxValue, ModelTier.AllCapabilities)];
    }

    private static bool IsRouted(Query query, out RouteAlias alias)
    {
        alias = RouteAliases.Parse(query.Chat.Model);
        // The ladder's models chat; they do not go on with a text.
        if (query.Chat.Form == WireForm.Completions)
            return false;
        if (alias == RouteAlias.None && query.Policy.MapToAuto.Contains(query.Chat.Model))
            alias = RouteAlias.Auto;
        return alias != RouteAlias.None;
    }

    private static ModelCapabilities Needs(Query query) =>
        (query.Chat.HasTools ? ModelCapabilities.Tools : 0)
        | (query.Chat.HasOtherParts ? ModelCapabilities.Vision : 0)
        | (query.Chat.WantsJson ? ModelCapabilities.JsonSchema : 0)
        | (query.Chat.SetsReasoning ? ModelCapabilities.Reasoning : 0);

    // No token is shorter than a byte: what is surely below every tier's limit need not be counted.
    private static async ValueTask<int> EstimateTokensAsync(Query query, int completion, IReadOnlyList<ModelTier> tiers, string strongest)
    {
        var chat = query.Chat;
        // How long that is which the provider keeps, nobody here knows: it may fill the strongest tier's context, and fits no smaller one.
        if (chat.ContinuesElsewhere)
            return Math.Max(0, tiers[^1].MaxContextTokens - completion);
        var bytes = chat.Body.Length + ((long)PerMessage * chat.Messages.Count);
        if (bytes + completion <= tiers.Min(static t => t.MaxContextTokens))
            return EstimateOf(bytes);
        // Off the grain's turn: megabytes take seconds.
        var counter = ModelTokenizer.ForModel(strongest);
        return await Task.Run(() => EstimateOf(BesideTexts.Bytes(chat)) + chat.Messages.Sum(m => PerMessage + m.TextParts.Sum(p => counter.Count(p.Text))));
    }

    // Three bytes of prose are a token or less in most scripts: three letters of English, a sign of Chinese.
    private static int EstimateOf(long bytes) => (int)(bytes / 3);

    private bool IsCheaper(string model, string than) =>
        prices.Find(model, time.GetUtcNow()) is { } a && prices.Find(than, time.GetUtcNow()) is { } b && a.Input <= b.Input && a.Output <= b.Output && (a.Input < b.Input || a.Output < b.Output);

    private bool PrefixIsWorthMore(Query query, RouteQuestion question, string stay, string move)
    {
        var turn = EstimateOf(query.Chat.Messages[^1].TextParts.Sum(static p => (long)Encoding.UTF8.GetByteCount(p.Text)));
        var now = time.GetUtcNow();
        return prices.Find(stay, now) is not { } a || prices.Find(move, now) is not { } b
            || CachedPrefix.IsWorthMore(a, b, question.PromptTokens, Math.Max(0, question.PromptTokens - turn), AssumedCompletion);
    }
}
