using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// Single flight by meaning: of rewordings asked at the same time one leads and calls the upstream, the others are verified against it
/// like any candidate of the cache and wait for its answer. Whatever goes wrong, a question is asked for itself.
/// </summary>
internal sealed class SemanticFlights(
    IGrainFactory grains, SemanticCache cache, InvalidationView invalidations, IOptions<CacheOptions> options, IOptions<QueryGatewayOptions> gatewayOptions, TimeProvider time, ILogger<SemanticFlights> logger)
{
    // Rounds of candidates looked at, and leaders waited for, before a question goes its own way.
    private const int MostRounds = 3;

    /// <summary>Joins a question under way and waits for its answer, or leads.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="embedding">Its question's.</param>
    /// <param name="replaces">Whether the same request is under way and its answer may not be given to this one.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more.</param>
    public async ValueTask<SemanticFlight> EnterAsync(Query query, byte[]? embedding, bool replaces, CancellationToken cancellationToken)
    {
        if (embedding is null || options.Value.PendingTimeout == TimeSpan.Zero || query.Policy.Cache != LayerMode.On || !SemanticCache.Reads(query)
            || !cache.NeedsEmbedding(query))
            return SemanticFlight.Alone;
        var pending = grains.GetGrain<IPendingQuestionsGrain>(cache.PartitionKey(query));
        var deadline = Deadline.After(time, options.Value.PendingTimeout);
        var started = time.GetTimestamp();
        var question = new ShardQuestion { Fingerprint = query.Request.Fingerprint, Question = query.Question, Embedding = embedding };
        List<string> refused = replaces ? [query.Request.Fingerprint] : [];
        try
        {
            for (var round = 0; round < MostRounds; round++)
            {
                var candidates = await pending.EnterAsync(question, [.. refused]).AsTask().WaitAsync(gatewayOptions.Value.CacheTimeout, time, cancellationToken);
                if (candidates.Length == 0)
                    return new SemanticFlight(pending, query.Request.Fingerprint);
                // Waited for, it would be older still.
                if (Array.FindAll(candidates, c => !query.Controls.Accepts(TimeSpan.FromSeconds(c.AgeSeconds))) is { Length: > 0 } older)
                {
                    refused.AddRange(older.Select(c => c.Fingerprint));
                    continue;
                }

                // It may wait long for an answer, and no longer than any lookup for the verifier.
                var verdict = await cache.JudgeAsync(query, candidates, Deadline.Earlier(deadline, Deadline.After(time, gatewayOptions.Value.CacheTimeout)));
                if (verdict.Accepted)
                {
                    var candidate = candidates[verdict.Index];
                    var answer = await pending.WaitAsync(candidate.Fingerprint, deadline.Remaining(time)).WaitAsync(cancellationToken);
                    if (answer is not null && query.Controls.Accepts(time.GetUtcNow() - answer.CreatedAt) && await invalidations.AllowsAsync(query, candidate.Fingerprint, answer))
                    {
                        return new SemanticFlight(new CacheLookup(
                            HitKind.Pending, answer, verdict.Probability, candidate.Question, candidate.Cosine, Milliseconds: time.GetElapsedTime(started).TotalMilliseconds,
                            Entry: candidate.Fingerprint, Verified: verdict.Verified, Threshold: verdict.Threshold, Risk: verdict.Risk));
                    }

                    refused.Add(candidate.Fingerprint);
                }
                else
                {
                    refused.AddRange(candidates.Select(c => c.Fingerprint));
                }

                if (deadline.HasPassed(time))
                    break;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            GatewayLog.LayerFailed(logger, e, query.Request.RequestId, "single flight");
        }

        return SemanticFlight.Alone;
    }

    /// <summary>Tells those that wait; after the answer went into the cache, so that nobody falls between the two.</summary>
    public async ValueTask LandAsync(SemanticFlight flight, Query query, StoredAnswer? answer)
    {
        if (flight.Led is not { } pending)
            return;
        try
        {
            await pending.CompleteAsync(flight.Fingerprint, answer);
        }
        catch (Exception e)
        {
            // Those that wait have deadlines of their own.
            GatewayLog.LayerFailed(logger, e, query.Request.RequestId, "single flight");
        }
    }
}
