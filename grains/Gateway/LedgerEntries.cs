using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Builds ledger entries: one for every request, whatever became of it.</summary>
internal sealed class LedgerEntries(LedgerPricing pricing, ServedPrices prices, IOptions<LedgerOptions> options, TimeProvider time)
{
    private const int HashLength = 16;
    private const int QuestionLength = 200;

    /// <summary>A request answered from the cache.</summary>
    public LedgerEntry Hit(Query query, HitKind kind, StoredAnswer answer, double? score, string baselineModel, double cacheMilliseconds)
    {
        // What the caller would have paid at the tier that it asked for.
        var served = answer.Usage.ToUsage() with { Tier = query.Chat.Tier };
        var entry = Draft(query, kind, baselineModel, answer.Model) with
        {
            PromptTokensBefore = served.PromptTokens,
            CompletionTokensServed = served.CompletionTokens,
            CacheScore = score,
            RouteReason = nameof(Core.Routing.RouteReason.Cached),
            Times = new LayerTimes(cacheMilliseconds, 0, 0, 0, Elapsed(query)),
        };
        return pricing.Apply(entry, served: served);
    }

    /// <summary>A request that shared another's upstream call; <paramref name="leader"/> paid for it.</summary>
    public LedgerEntry Joined(Query query, LedgerEntry leader)
    {
        var failed = leader.Status != 200;
        var entry = Draft(query, HitKind.Pending, leader.BaselineModel, leader.UsedModel) with
        {
            PromptTokensBefore = failed ? 0 : leader.PromptTokensBefore,
            CompletionTokensServed = failed ? 0 : leader.CompletionTokensServed,
            RouteScore = leader.RouteScore,
            RouteReason = leader.RouteReason,
            RouteThreshold = leader.RouteThreshold,
            RouteClass = leader.RouteClass,
            RouteConstraint = leader.RouteConstraint,
            CacheScore = leader.CacheScore,
            Estimated = leader.Estimated,
            Status = leader.Status,
            Times = new LayerTimes(0, 0, 0, Elapsed(query), Elapsed(query)),
        };
        return pricing.Apply(entry, served: failed ? default(TokenUsage) : leader.Usage with { PromptTokens = leader.PromptTokensBefore, Tier = query.Chat.Tier });
    }

    /// <summary>A request that the upstream answered, or was meant to.</summary>
    public LedgerEntry Called(
        Query query,
        CacheLookup lookup,
        RouteResult route,
        CompressionOutcome compression,
        TokenUsage usage,
        int promptTokensBefore,
        bool estimated,
        int status,
        double upstreamMilliseconds,
        string? provider = null)
    {
        var isRequest = lookup.Kind != HitKind.Verification;
        var entry = pricing.Apply(Draft(query, lookup.IsHit ? HitKind.Miss : lookup.Kind, route.BaselineModel, route.Model) with
        {
            Provider = provider,
            PromptTokensBefore = isRequest ? promptTokensBefore : 0,
            CachedTokensRemoved = isRequest && query.Policy.Compression == Core.LayerMode.On ? Math.Max(0, compression.Conversation.SavedEarlier) : 0,
            Removed = isRequest && query.Policy.Compression == Core.LayerMode.On ? compression.Recorded : null,
            Usage = usage,
            CompletionTokensServed = isRequest ? usage.CompletionTokens : 0,
            RouteScore = route.Decision.SimpleProbability,
            RouteReason = route.Decision.Reason.ToString(),
            RouteThreshold = route.Decision.SimpleProbability is null ? null : route.Decision.Threshold,
            RouteClass = route.Decision.SimpleProbability is null ? null : route.Decision.Class.ToString(),
            RouteConstraint = route.Decision.Constraint?.ToString(),
            CacheScore = lookup.Score,
            Estimated = estimated,
            Status = status,
            Times = new LayerTimes(lookup.Milliseconds, route.Milliseconds, compression.Milliseconds, upstreamMilliseconds, Elapsed(query)),
        });
        if (route.IsRoutingCheck)
            return ChargedToRouting(entry);
        return isRequest && Shadow(query, entry, lookup, route, compression) is var shadow && shadow != default ? entry with { ShadowSaved = shadow } : entry;
    }

    /// <summary>An answer of a cheaper tier that nobody gets, because a stronger one was asked in its place.</summary>
    /// <param name="query">The caller's request.</param>
    /// <param name="model">The model that made it.</param>
    /// <param name="usage">What it used.</param>
    /// <param name="estimated">Whether that was counted here.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="provider">The configured provider that answered.</param>
    public LedgerEntry Rejected(Query query, string model, TokenUsage usage, bool estimated, double milliseconds, string? provider) =>
        ChargedToRouting(pricing.Apply(Draft(query.Request.RequestId + "-cascade", query.Request.TenantId, query.Request.Caller, query.Chat.Model, HitKind.Verification, model, model) with
        {
            Provider = provider,
            Usage = usage,
            Estimated = estimated,
            Times = new LayerTimes(0, 0, 0, milliseconds, milliseconds),
        }));

    /// <summary>A try that gave no answer and may be billed: the prompt that went out, counted here. What was generated nobody knows.</summary>
    /// <param name="requestId">The caller's request.</param>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="caller">Who asked.</param>
    /// <param name="requestedModel">The model the caller named.</param>
    /// <param name="number">Which of the request's lost tries, from 1.</param>
    /// <param name="attempt">The try.</param>
    /// <param name="sent">The prompt as it was sent, at the tier asked for.</param>
    public LedgerEntry Lost(string requestId, string tenantId, Caller caller, string requestedModel, int number, UpstreamAttempt attempt, TokenUsage sent)
    {
        var milliseconds = attempt.Took.TotalMilliseconds;
        return pricing.Apply(Draft($"{requestId}-attempt{number}", tenantId, caller, requestedModel, HitKind.Attempt, attempt.Model, attempt.Model) with
        {
            Provider = attempt.Provider,
            Usage = sent,
            Estimated = true,
            Status = attempt.Status,
            Times = new LayerTimes(0, 0, 0, milliseconds, milliseconds),
        });
    }

    /// <summary>An embeddings request: its prompt is all there is.</summary>
    /// <param name="call">The request.</param>
    /// <param name="model">The model it names.</param>
    /// <param name="kind">What the cache did.</param>
    /// <param name="usage">Tokens billed, or for a hit those of the answer served.</param>
    /// <param name="estimated">Whether they were counted here.</param>
    /// <param name="status">HTTP status given to the caller.</param>
    /// <param name="cacheMilliseconds">Time the lookup took.</param>
    /// <param name="upstreamMilliseconds">Time the provider took.</param>
    /// <param name="arrivedAt">A <see cref="TimeProvider.GetTimestamp"/> value.</param>
    /// <param name="provider">The configured provider that answered.</param>
    public LedgerEntry Embeddings(
        EmbeddingsCall call, string model, HitKind kind, TokenUsage usage, bool estimated, int status, double cacheMilliseconds, double upstreamMilliseconds, long arrivedAt,
        string? provider = null)
    {
        var isHit = kind is HitKind.Exact or HitKind.Pending;
        // Who shared a call that failed was spared nothing.
        if (isHit && status != 200)
            usage = default;
        var entry = Draft(call.RequestId, call.TenantId, call.Caller, model, kind, model, model) with
        {
            Provider = provider,
            PromptTokensBefore = usage.PromptTokens,
            Usage = isHit ? default : usage,
            RouteReason = isHit ? nameof(Core.Routing.RouteReason.Cached) : nameof(Core.Routing.RouteReason.ExplicitModel),
            Estimated = estimated,
            Status = status,
            Times = new LayerTimes(cacheMilliseconds, 0, 0, upstreamMilliseconds, time.GetElapsedTime(arrivedAt).TotalMilliseconds),
        };
        return pricing.Apply(entry, served: isHit ? usage : null);
    }

    // What a layer in shadow mode would have saved on top of what was saved.
    private SavingsBreakdown Shadow(Query query, LedgerEntry entry, CacheLookup lookup, RouteResult route, CompressionOutcome compression)
    {
        if (entry.Usage.PromptTokens == 0 || prices.Find(entry.UsedModel, entry.At, entry.Provider, entry.Usage.Tier ?? ServiceTier.Standard) is not { } used)
            return default;
        var cache = lookup.IsHit ? SavingsCalculator.SparedByHit(used, entry.Usage) : 0m;
        var routing = route.ShadowModel is { } model && prices.Find(model, entry.At, tier: entry.Usage.Tier ?? ServiceTier.Standard) is { } other
            ? entry.CostUsd - CostCalculator.Cost(other, entry.Usage)
            : 0m;
        var compressed = 0m;
        if (query.Policy.Compression == Core.LayerMode.Shadow && compression.TokensRemoved > 0)
        {
            // What is left out of earlier turns came from the provider's prefix cache, if anything did.
            var shorter = entry.Usage with
            {
                PromptTokens = Math.Max(0, entry.Usage.PromptTokens - compression.TokensRemoved),
                CachedTokens = Math.Max(0, entry.Usage.CachedTokens - compression.Conversation.SavedEarlier),
            };
            compressed = entry.CostUsd - CostCalculator.Cost(used, shorter);
        }

        return new SavingsBreakdown(cache, routing, compressed);
    }

    // Checks are priced as the cache's expense; those of a route are routing's.
    private static LedgerEntry ChargedToRouting(LedgerEntry entry) => entry with { Saved = new SavingsBreakdown(0m, entry.Saved.Cache, 0m) };

    private double Elapsed(Query query) => time.GetElapsedTime(query.ArrivedAt).TotalMilliseconds;

    private LedgerEntry Draft(Query query, HitKind kind, string baselineModel, string usedModel) => Draft(
        query.Request.RequestId, query.Request.TenantId, query.Request.Caller, query.Chat.Model, kind, baselineModel, usedModel,
        HashOf(query.Request.Fingerprint), options.Value.KeepQuestions ? BeginningOf(query.Question) : null);

    // Enough to tell a tenant's requests apart.
    private static string HashOf(string fingerprint) => fingerprint.Length <= HashLength ? fingerprint : fingerprint[..HashLength];

    private static string BeginningOf(string question) => question.Length <= QuestionLength ? question : question[..QuestionLength];

    private LedgerEntry Draft(
        string requestId, string tenantId, Caller caller, string requestedModel, HitKind kind, string baselineModel, string usedModel, string? questionHash = null, string? question = null) => new()
    {
        RequestId = requestId,
        TenantId = tenantId,
        ProjectId = caller.ProjectId.Length > 0 ? caller.ProjectId : null,
        KeyId = caller.KeyId.Length > 0 ? caller.KeyId : null,
        QuestionHash = questionHash,
        Question = question,
        At = time.GetUtcNow(),
        RequestedModel = requestedModel,
        BaselineModel = baselineModel,
        UsedModel = usedModel,
        HitKind = kind,
        PromptTokensBefore = 0,
        Usage = default,
        CompletionTokensServed = 0,
        CostUsd = 0,
        BaselineUsd = 0,
        Saved = default,
    };
}
