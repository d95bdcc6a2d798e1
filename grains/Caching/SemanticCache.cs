using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// The verified semantic cache: retrieval by embedding at a low threshold, then rules, then the pair verifier, then the acceptance
/// policy. Whatever goes wrong or comes late is a miss: never a wrong answer.
/// </summary>
internal sealed class SemanticCache(
    ShardDirectory shards,
    TextEmbedder embedder,
    CandidateVerifier verifier,
    InferenceEngine engine,
    AcceptancePolicySource acceptance,
    InvalidationView invalidations,
    RiskThresholds thresholds,
    IOptions<CacheOptions> options,
    IOptions<QueryGatewayOptions> gatewayOptions,
    GatewayTelemetry telemetry,
    TimeProvider time,
    ILogger<SemanticCache> logger)
{
    private const string Layer = "cache";

    private static readonly CacheLookup s_notConsulted = CacheLookup.Bypass("NotConsulted");

    private readonly QuestionProfiles _profiles = new();

    // Nobody waits at a terminal for one answer of an import.
    private static readonly TimeSpan ImportPatience = TimeSpan.FromSeconds(10);

    /// <summary>The accept probability a hit needs for this query: the risk controller's, or a higher one that was asked for. Null where nothing is served by meaning.</summary>
    public async ValueTask<(double? Threshold, RiskStatus Risk)> ThresholdAsync(Query query)
    {
        var risk = await thresholds.GetAsync(RiskThresholds.ClassOf(query));
        var asked = Math.Max(options.Value.AcceptThreshold ?? 0, Math.Max(query.Policy.CacheThreshold ?? 0, query.Controls.CacheThreshold ?? 0));
        return (risk.Threshold is { } threshold ? Math.Max(threshold, asked) : null, risk);
    }

    /// <summary>Whether the query may be answered from the cache.</summary>
    public static bool Reads(Query query) => Writes(query) && !query.Controls.NoCache;

    /// <summary>Whether its answer may be stored.</summary>
    public static bool Writes(Query query) => Admission.MayBeStored(query.Policy, query.Chat, query.Controls);

    /// <summary>Whether the query's embedding is of use here.</summary>
    public bool NeedsEmbedding(Query query) => Writes(query) && acceptance.Policy is not null && Matchable(query) is null;

    /// <summary>The partition's grains. A new embedding model means new partitions; the old entries age out.</summary>
    public string PartitionKey(Query query) => PartitionKey(query.Partition);

    /// <summary>Whether a partition's key is one that <see cref="PartitionKey(string)"/> makes now.</summary>
    public bool IsOfChat(string key) => key.EndsWith("." + engine.EmbeddingModelId, StringComparison.Ordinal);

    /// <summary>The same for a partition's hash.</summary>
    public string PartitionKey(string partition) => partition + "." + engine.EmbeddingModelId;

    /// <summary>The question's vector, or null and why.</summary>
    public async Task<(byte[]? Embedding, RouteReason Reason, double Milliseconds)> EmbedAsync(Query query)
    {
        var started = time.GetTimestamp();
        WorkerOutcome outcome;
        try
        {
            var deadline = Deadline.After(time, gatewayOptions.Value.CacheTimeout);
            // What may not be stored is not remembered either.
            var result = await (Writes(query) ? embedder.EmbedQuestionAsync(query.Request.TenantId, query.Question, deadline) : embedder.EmbedAsync(query.Question, deadline));
            if (result.Outcome == WorkerOutcome.Completed)
                return (result.Embedding, RouteReason.Unavailable, time.GetElapsedTime(started).TotalMilliseconds);
            outcome = result.Outcome;
        }
        catch (LimitExceededException)
        {
            outcome = WorkerOutcome.Overloaded;
        }
        catch (Exception e)
        {
            GatewayLog.LayerFailed(logger, e, query.Request.RequestId, "embedding");
            outcome = WorkerOutcome.Faulted;
        }

        telemetry.FailOpen("embedding", outcome.ToString());
        return (null, outcome.WithoutScore(), time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Looks the query up; never throws and never takes longer than the layer may.</summary>
    public async ValueTask<CacheLookup> LookupAsync(Query query, byte[]? embedding)
    {
        if (!Reads(query))
            return s_notConsulted;
        var started = time.GetTimestamp();
        var deadline = Deadline.After(time, gatewayOptions.Value.CacheTimeout);
        CacheLookup lookup;
        try
        {
            lookup = await FindAsync(query, embedding, deadline).WaitAsync(deadline.Remaining(time), time);
        }
        catch (TimeoutException)
        {
            lookup = Skip("DeadlinePassed");
        }
        catch (LimitExceededException)
        {
            lookup = Skip("Overloaded");
        }
        catch (Exception e)
        {
            GatewayLog.LayerFailed(logger, e, query.Request.RequestId, Layer);
            lookup = Skip("StoreUnavailable");
        }

        return lookup with { Milliseconds = time.GetElapsedTime(started).TotalMilliseconds };
    }

    /// <summary>Whether one of the candidates' answers may be given to the query: same text, or rules, verifier and policy agree.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="candidates">At least one, by descending similarity.</param>
    /// <param name="deadline">After which the verifier is not asked.</param>
    public async Task<CacheVerdict> JudgeAsync(Query query, ShardCandidate[] candidates, Deadline deadline)
    {
        var asked = _profiles.Of(query.Question);
        var cached = Array.ConvertAll(candidates, c => _profiles.Of(c.Question));
        if (Array.FindIndex(cached, c => c.Normalized == asked.Normalized) is var identical and >= 0)
            return new(identical, true, 1);
        if (acceptance.Policy is not { } policy)
            return new(0, false, null, "NoPolicy");
        var comparisons = Array.ConvertAll(cached, c => PairComparison.Of(c, asked));
        for (var i = 0; i < comparisons.Length; i++)
            comparisons[i] = comparisons[i] with { Guard = engine.GuardOf(comparisons[i], candidates[i].Question, query.Question) };

        // Rules first: what they forbid needs no inference.
        var toVerify = Enumerable.Range(0, candidates.Length).Where(i => comparisons[i].Guard == MatchGuardReason.None).ToArray();
        if (toVerify.Length == 0)
        {
            telemetry.Verified(comparisons[0].Guard.ToString());
            return new(0, false, 0, comparisons[0].Guard.ToString());
        }

        var verified = await verifier.VerifyQuestionAsync(query.Request.TenantId, query.Question, Array.ConvertAll(toVerify, i => candidates[i].Question), deadline);
        if (verified.Outcome != WorkerOutcome.Completed)
        {
            telemetry.FailOpen("verifier", verified.Outcome.ToString());
            return new(toVerify[0], false, null, "Verifier" + verified.Outcome);
        }

        var (threshold, risk) = await ThresholdAsync(query);
        // The likeliest, not the nearest: then what one threshold serves a stricter one serves or refuses, and never replaces.
        (int Index, double Probability) best = (toVerify[0], -1);
        for (var i = 0; i < toVerify.Length; i++)
        {
            var probability = policy.Probability(PairFeatures.From(comparisons[toVerify[i]], verified.Logits[i], candidates[toVerify[i]].Cosine));
            if (probability > best.Probability)
                best = (toVerify[i], probability);
        }

        var reason = best.Probability >= threshold ? null : threshold is null ? "Stopped" : "BelowThreshold";
        telemetry.Verified(reason ?? "Accepted");
        return new(best.Index, reason is null, best.Probability, reason, Verified: true, threshold, risk.Reason);
    }

    /// <summary>Stores an answer for later queries.</summary>
    public async Task StoreAsync(Query query, StoredAnswer answer, byte[]? embedding)
    {
        var semantic = embedding is { Length: > 0 } && Matchable(query) is null;
        await shards.WriteAsync(query.Controls.CacheNamespace, PartitionKey(query), new ShardWrite
        {
            Fingerprint = query.Request.Fingerprint,
            Question = semantic ? query.Question : string.Empty,
            Embedding = semantic ? embedding! : [],
            Answer = answer,
            TimeToLiveSeconds = (int)Math.Clamp(query.Policy.CacheTimeToLive.TotalSeconds, 1, int.MaxValue),
            TenantId = query.Request.TenantId,
        });
    }

    /// <summary>An answer from elsewhere as it is stored here; without a vector, for exact hits only, where none can be made.</summary>
    public async Task<ShardWrite> ToWriteAsync(string tenant, TransferredAnswer answer, int timeToLiveSeconds)
    {
        byte[] embedding = [];
        if (Matchable(answer.Question, QuestionText.IsContentFree) is null)
        {
            var result = await embedder.EmbedAsync(answer.Question, Deadline.After(time, ImportPatience));
            if (result.Outcome == WorkerOutcome.Completed)
                embedding = result.Embedding;
            else
                telemetry.FailOpen("embedding", result.Outcome.ToString());
        }

        return new ShardWrite
        {
            Fingerprint = answer.Fingerprint,
            Question = embedding.Length > 0 ? answer.Question : string.Empty,
            Embedding = embedding,
            Answer = answer.Answer,
            TimeToLiveSeconds = timeToLiveSeconds,
            TenantId = tenant,
        };
    }

    private string? Matchable(Query query) => query.Chat.IsMatchable ? Matchable(query.Question, q => _profiles.Of(q).IsContentFree) : "ExactOnly";

    // Why a question cannot be matched by meaning; null where it can.
    private static string? Matchable(string question, Func<string, bool> isContentFree) =>
        question.Length > ContextDetector.LongestQuestion ? "QuestionTooLong" : isContentFree(question) ? "ContentFree" : null;

    private async Task<CacheLookup> FindAsync(Query query, byte[]? embedding, Deadline deadline)
    {
        var unmatchable = Matchable(query);
        var shardQuery = new ShardQuery
        {
            Fingerprint = query.Request.Fingerprint,
            Embedding = unmatchable is null && embedding is not null ? embedding : [],
            Top = options.Value.Candidates,
            MinimumCosine = (float)options.Value.CandidateThreshold,
            MaxAgeSeconds = query.Controls.MaxAgeSeconds,
            TenantId = query.Request.TenantId,
        };
        var shard = await shards.LookupAsync(PartitionKey(query), shardQuery, everywhere: unmatchable is null && embedding is null);
        var candidates = shard.Candidates;
        if (candidates.Length > 0 && candidates[0].Fingerprint == query.Request.Fingerprint)
            return await HitAsync(query, shard, candidates[0], HitKind.Exact, 1);
        if (unmatchable is not null)
            return CacheLookup.Miss(unmatchable);
        if (embedding is null)
            return CacheLookup.Miss("NoEmbedding");
        return candidates.Length == 0 ? CacheLookup.Miss("NoCandidate") : await VerifyAsync(query, shard, candidates, deadline);
    }

    private async Task<CacheLookup> VerifyAsync(Query query, ProbedShards shard, ShardCandidate[] candidates, Deadline deadline)
    {
        var verdict = await JudgeAsync(query, candidates, deadline);
        var candidate = candidates[verdict.Index];
        var lookup = verdict.Accepted
            ? await HitAsync(query, shard, candidate, HitKind.Semantic, verdict.Probability ?? 1)
            : new CacheLookup(
                HitKind.Miss, Score: verdict.Probability, CandidateQuestion: candidate.Question, CandidateCosine: candidate.Cosine, Reason: verdict.Reason,
                Entry: candidate.Fingerprint, Shards: shard);
        return lookup with { Verified = verdict.Verified, Threshold = verdict.Threshold, Risk = verdict.Risk };
    }

    private async Task<CacheLookup> HitAsync(Query query, ProbedShards shard, ShardCandidate candidate, HitKind kind, double score)
    {
        if (await shard.ReadAsync(candidate.Fingerprint) is not { } answer)
            return CacheLookup.Miss("Evicted");
        switch (await invalidations.JudgeAsync(query.Request.TenantId, query.Controls.CacheNamespace, candidate.Fingerprint, answer))
        {
            case InvalidationVerdict.Allowed:
                return new CacheLookup(kind, answer, score, candidate.Question, candidate.Cosine, Entry: candidate.Fingerprint, Shards: shard);
            case InvalidationVerdict.Unknown:
                return CacheLookup.Miss("InvalidationsUnknown");
            default:
                // So that the next lookup sees what lies behind it.
                await shard.RemoveAsync(candidate.Fingerprint);
                return CacheLookup.Miss("Invalidated");
        }
    }

    private CacheLookup Skip(string reason)
    {
        telemetry.FailOpen(Layer, reason);
        return CacheLookup.Miss(reason);
    }
}
