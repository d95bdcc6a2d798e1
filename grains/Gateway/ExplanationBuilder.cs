using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Puts what the layers said into the answer of <c>POST /v1/explain</c>.</summary>
internal sealed class ExplanationBuilder(SemanticCache cache, RouteLayer router, RouteProfiles profiles, RouteGuard guard, ServedPrices prices, TimeProvider time)
{
    private const int AssumedCompletion = 150;

    public async Task<Explanation> BuildAsync(Query query, CacheLookup lookup, RouteResult route, CompressionOutcome compression)
    {
        var (threshold, risk) = await cache.ThresholdAsync(query);
        var editor = new RequestBodyEditor(query.Chat);
        CompressionLayer.Apply(editor, query.Chat, compression);
        return new Explanation
        {
            Cache = new CacheExplanation
            {
                Mode = query.Policy.Cache.ToString().ToLowerInvariant(),
                Kind = lookup.Kind,
                Score = lookup.Score,
                Threshold = threshold,
                Risk = risk,
                Question = query.Question,
                CandidateQuestion = lookup.CandidateQuestion,
                CandidateCosine = lookup.CandidateCosine,
                Reason = lookup.Reason,
                Entry = lookup.Entry,
            },
            Route = new RouteExplanation
            {
                Mode = query.Policy.Routing.ToString().ToLowerInvariant(),
                Model = route.Decision.Model,
                Probability = route.Decision.SimpleProbability,
                Threshold = route.Decision.Threshold,
                Reason = route.Decision.Reason.ToString(),
                Class = route.Decision.Class.ToString(),
                Constraint = route.Decision.Constraint?.ToString(),
                Features = [.. (await router.ExplainAsync(query, route)).Select(f => new RouteFeature(f.Name, f.Value, f.Effect))],
                Certified = profiles.Of(query.Policy.TenantId).Certificate is { } c && (c.Cheapest, c.Strongest) == (route.CheapestModel, route.BaselineModel),
                Evidence = await guard.EvidenceAsync(query.Policy.TenantId),
            },
            Compression = new CompressionExplanation
            {
                Mode = query.Policy.Compression.ToString().ToLowerInvariant(),
                TokensBefore = compression.TokensBefore,
                TokensAfter = compression.TokensAfter,
                TokensLossless = compression.Conversation.TokensLossless,
                Reason = compression.Reason,
                Body = editor.Apply().ToArray(),
                Removed = [.. Removed(compression)],
            },
            Price = Price(query, lookup, route, compression),
        };
    }

    private static IEnumerable<RemovedText> Removed(CompressionOutcome compression)
    {
        foreach (var document in compression.Conversation.Documents)
        {
            foreach (var span in document.Result.Removed)
            {
                yield return new RemovedText(
                    document.MessageIndex, document.Part, document.Start + span.Start, span.Length, span.Score,
                    document.Original.Substring(span.Start, span.Length), span.Kind);
            }
        }
    }

    private PriceExplanation Price(Query query, CacheLookup lookup, RouteResult route, CompressionOutcome compression)
    {
        var completion = query.Chat.MaxCompletionTokens is > 0 and var most ? Math.Min(AssumedCompletion, most) : AssumedCompletion;
        var before = PromptTokens.Count(ModelTokenizer.ForModel(route.BaselineModel), query.Chat);
        var now = time.GetUtcNow();
        var baseline = prices.Find(route.BaselineModel, now);
        var used = prices.Find(route.Decision.Model, now);
        return new PriceExplanation
        {
            BaselineModel = route.BaselineModel,
            Priced = baseline is not null && used is not null,
            BaselineUsd = baseline is null ? 0 : CostCalculator.Cost(baseline, new TokenUsage(before, completion)),
            PredictedUsd = used is null || lookup.IsHit
                ? 0
                : CostCalculator.Cost(used, new TokenUsage(Math.Max(0, before - compression.TokensRemoved), completion)),
            AssumedCompletionTokens = completion,
        };
    }
}
