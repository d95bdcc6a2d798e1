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
        var leading = new SemanticFlight(pending, query.Request.Fingerprint);
        var patience = gatewayOptions.Value.CacheTimeout;
        var deadline = Deadline.After(time, options.Value.PendingTimeout);
        var started = time.GetTimestamp();
        var question = new ShardQuestion { Fingerprint = query.Request.Fingerprint, Question = query.Question, Embedding = embedding };
        List<string> refused = replaces ? [query.Request.Fingerprint] : [];
        try
        {
            for (var round = 0; round < MostRounds; round++)
            {
                var entering = pending.EnterAsync(question, [.. refused]).AsTask();
                ShardCandidate[] candidates;
                try
                {
                    candidates = await entering.WaitAsync(patience, time, cancellationToken);
                }
                catch (TimeoutException e) when (!entering.IsFaulted)
                {
                    // The grain comes to it yet, and who finds the question from then on waits for this answer.
                    GatewayLog.LayerFailed(logger, e, query.Request.RequestId, "single flight");
                    return leading;
                }
                catch (OperationCanceledException)
                {
                    _ = LeaveAsync(entering, leading, query);
                    throw;
                }

                if (candidates.Length == 0)
                    return leading;
                // Waited for, it would be older still.
                if (Array.FindAll(candidates, c => !query.Controls.Accepts(TimeSpan.FromSeconds(c.AgeSeconds))) is { Length: > 0 } older)
                {
                    refused.AddRange(older.Select(c => c.Fingerprint));
                    continue;
                }

                // It may wait long for an answer, and no longer than any lookup for the verdict, part of which only the verifier's deadline bounds.
                var judgeBy = Deadline.Earlier(deadline, Deadline.After(time, patience));
                var verdict = await cache.JudgeAsync(query, candidates, judgeBy).WaitAsync(judgeBy.Remaining(time), time, cancellationToken);
                if (verdict.Accepted)
                {
                    var candidate = candidates[verdict.Index];
                    var left = deadline.Remaining(time);
                    var answer = await pending.WaitAsync(candidate.Fingerprint, left).WaitAsync(left + patience, time, cancellationToken);
                    if (answer is { IsNobodyElses: true })
                        return SemanticFlight.Alone;
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
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
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

    // The grain may make a leader of one who has gone: nobody is to wait for him.
    private async Task LeaveAsync(Task<ShardCandidate[]> entering, SemanticFlight flight, Query query)
    {
        await ((Task)entering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (entering.IsCompletedSuccessfully && await entering is [])
            await LandAsync(flight, query, null);
    }
}
