using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>The layers in their order: cache and route side by side on one embedding, then single flight by meaning, then compression, then the upstream.</summary>
internal sealed class QueryPipeline(
    SemanticCache cache,
    SemanticFlights flights,
    RouteLayer router,
    CompressionLayer compressor,
    UpstreamCall upstream,
    VerificationDraw verifications,
    CachedReplies hits,
    ILogger<QueryPipeline> logger)
{
    private static readonly CacheLookup s_notLookedUp = CacheLookup.Bypass("NotReached");
    private static readonly CompressionOutcome s_notCompressed = CompressionOutcome.None("NotReached");

    /// <summary>Takes a run from its query to its end. Never throws: what goes wrong becomes the run's answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RunAsync(QueryRun run)
    {
        var query = run.Query;
        var lookup = s_notLookedUp;
        RouteResult? route = null;
        var compression = s_notCompressed;
        try
        {
            (lookup, route, var embedding) = await DecideAsync(query, isTraffic: true);
            if (ServeHit(run, ref lookup, route))
            {
                verifications.OfferHit(query, lookup, route, embedding);
                return;
            }

            var flight = await flights.EnterAsync(query, embedding, run.Replaces, run.Abandoned);
            if (flight.Shared is { } shared)
            {
                var waited = shared with { Milliseconds = shared.Milliseconds + lookup.Milliseconds };
                if (ServeHit(run, ref waited, route))
                {
                    verifications.OfferHit(query, shared, route, embedding);
                    return;
                }
            }

            try
            {
                compression = await compressor.CompressAsync(query, route.Model);
                await upstream.CallAsync(run, lookup, route, compression, embedding);
            }
            finally
            {
                // A refusal may be the wording's: who asked in other words asks the model, and at once, since the next one's would be nobody else's either.
                var isAnswered = run.End.IsCompletedSuccessfully && (await run.End).Entry is { Status: 200 };
                await flights.LandAsync(flight, query, run.Stored ?? (isAnswered ? StoredAnswer.OfNobodyElse : null));
            }
        }
        catch (Exception e) when (run.Abandoned.IsCancellationRequested)
        {
            if (e is not OperationCanceledException)
                GatewayLog.RunFailed(logger, e, query.Request.RequestId);
            var (status, message) = run.IsCutOff ? (503, UpstreamCall.CutOffMessage) : (499, "The caller has gone.");
            upstream.Fail(run, lookup, route ?? RouteLayer.Requested(query), compression, status, message, "server_error", null);
        }
        catch (Exception e)
        {
            GatewayLog.RunFailed(logger, e, query.Request.RequestId);
            upstream.Fail(run, lookup, route ?? RouteLayer.Requested(query), compression, 500, "The gateway failed to serve this request.", "server_error", null);
        }
    }

    /// <summary>What each layer would do; nothing is called and nothing stored.</summary>
    public async Task<(CacheLookup Lookup, RouteResult Route, CompressionOutcome Compression)> ExplainAsync(Query query)
    {
        var (lookup, route, _) = await DecideAsync(query, isTraffic: false);
        return (lookup, route, await compressor.CompressAsync(query, route.Model));
    }

    // What cannot be given is no hit: the model is asked.
    private bool ServeHit(QueryRun run, ref CacheLookup lookup, RouteResult route)
    {
        if (!lookup.IsHit || run.Query.Policy.Cache != LayerMode.On)
            return false;
        if (hits.Unpack(run.Query, lookup) is not { } readable)
        {
            lookup = CacheLookup.Miss("Unreadable") with { Milliseconds = lookup.Milliseconds };
            return false;
        }

        run.SetHead(new RunHead(readable, readable.Answer, route, 200, "application/json", [], 0, 0));
        run.SetEnd(new RunEnd(null));
        return true;
    }

    private async ValueTask<(CacheLookup Lookup, RouteResult Route, byte[]? Embedding)> DecideAsync(Query query, bool isTraffic)
    {
        byte[]? embedding = null;
        var withoutEmbedding = RouteReason.Unavailable;
        double embedMilliseconds = 0;
        if (cache.NeedsEmbedding(query) || RouteLayer.NeedsEmbedding(query))
            (embedding, withoutEmbedding, embedMilliseconds) = await cache.EmbedAsync(query);
        var looking = cache.LookupAsync(query, embedding);
        var deciding = router.DecideAsync(query, embedding, withoutEmbedding, isTraffic);
        var (lookup, route) = looking.IsCompletedSuccessfully && deciding.IsCompletedSuccessfully
            ? (looking.Result, deciding.Result)
            : await BothAsync(looking.AsTask(), deciding.AsTask());
        return (embedMilliseconds > 0 ? lookup with { Milliseconds = lookup.Milliseconds + embedMilliseconds } : lookup, route, embedding);

        static async Task<(CacheLookup, RouteResult)> BothAsync(Task<CacheLookup> looking, Task<RouteResult> deciding)
        {
            await Task.WhenAll(looking, deciding);
            return (await looking, await deciding);
        }
    }
}
