using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="IGatewayGrain"/>
/// <remarks>
/// Holds what identical requests share: answers given before, and runs in flight. The work itself is <see cref="QueryPipeline"/>'s.
/// Reentrant, because a request in flight must not hold up the next; keyed and not stateless, because a stream's every step must
/// come back to the activation that began it. Every history of a conversation is a partition of its own, so that most activations are asked once:
/// they go early, and what they kept is found in its shard.
/// </remarks>
[Reentrant, NearAsker]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class GatewayGrain(
    QueryPipeline pipeline,
    ExplanationBuilder explanations,
    LedgerEntries entries,
    LedgerWriter ledger,
    RequestsUnderWay underWay,
    RouteLayer router,
    InvalidationView invalidations,
    TenantDirectory tenants,
    LedgerPricing pricing,
    GatewayTelemetry telemetry,
    IOptions<CacheOptions> cacheOptions,
    IOptions<QueryGatewayOptions> options,
    TimeProvider time) : Grain, IGatewayGrain
{
    private readonly ExactAnswers _exact = new(cacheOptions.Value.ExactEntries, cacheOptions.Value.ExactBytes, time);
    private readonly RunningRequests _running = new();
    private readonly Dictionary<string, QueryRun> _inFlight = new(StringComparer.Ordinal);
    private string? _partition;
    private int _streams;

    public Task<bool> IsRunningAsync(string requestId) => Task.FromResult(_running.Contains(requestId));

    public async Task<GatewayReply> CompleteAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var begun = underWay.TryBegin();
        if (begun is null)
            return Leaving(request);
        using var running = _running.Begin(request.RequestId);
        if (Read(request) is not { } query)
            return Unreadable(request);
        if (await FindExactAsync(query) is { } kept)
            return Served(query, kept);
        var (run, head, reader, joined) = await JoinAsync(query, untilEnd: true, cancellationToken);
        try
        {
            if (head.Hit is { } answer)
                return Served(query, head.Lookup with { Answer = answer });
            var end = await run.End;
            return new GatewayReply { Head = ToHead(head, Decide(query, joined, end, head)), Body = run.Body.ToArray() };
        }
        finally
        {
            run.Detach(reader);
        }
    }

    public async IAsyncEnumerable<GatewayEvent> StreamAsync(GatewayRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Between two steps no call is under way: without this the silo would leave in the middle of a stream.
        using var begun = underWay.TryBegin();
        if (begun is null)
        {
            var leaving = Leaving(request);
            yield return new GatewayEvent { Head = leaving.Head, IsLeaving = true };
            yield return new GatewayEvent { Data = leaving.Body };
            yield break;
        }

        _streams++;
        try
        {
            await using var steps = StepsAsync(request, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
            while (true)
            {
                // Not while a step waits to be fetched: a caller that waits meanwhile has lost its question for it, or the answer, on the way.
                using (_running.Begin(request.RequestId))
                {
                    if (!await steps.MoveNextAsync())
                        yield break;
                }

                yield return steps.Current;
            }
        }
        finally
        {
            _streams--;
        }
    }

    public async Task<Explanation> ExplainAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var begun = underWay.Begin();
        using var running = _running.Begin(request.RequestId);
        var query = Read(request) ?? throw new ArgumentException("The request's body cannot be read.", nameof(request));
        var exact = await FindExactAsync(query);
        var (lookup, route, compression) = await pipeline.ExplainAsync(query);
        if (exact is not null)
            lookup = exact with { CandidateQuestion = query.Question, CandidateCosine = 1 };
        return await explanations.BuildAsync(query, lookup, route, compression);
    }

    private async IAsyncEnumerable<GatewayEvent> StepsAsync(GatewayRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Read(request) is not { } query)
        {
            var unreadable = Unreadable(request);
            yield return new GatewayEvent { Head = unreadable.Head };
            yield return new GatewayEvent { Data = unreadable.Body };
            yield break;
        }

        if (await FindExactAsync(query) is { } kept)
        {
            foreach (var step in Replay(query, kept))
                yield return step;
            yield break;
        }

        var (run, head, reader, joined) = await JoinAsync(query, untilEnd: false, cancellationToken);
        try
        {
            if (head.Hit is { } answer)
            {
                foreach (var step in Replay(query, head.Lookup with { Answer = answer }))
                    yield return step;
                yield break;
            }

            if (head.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                var kind = joined ? HitKind.Pending : head.Lookup.IsHit ? HitKind.Miss : head.Lookup.Kind;
                var inProcess = request.ReadsInProcess;
                yield return new GatewayEvent { Head = ToHead(head, Decisions.OfPrompt(head, kind, pricing, time.GetUtcNow())), Reader = inProcess ? reader : null };
                if (!inProcess)
                {
                    await foreach (var piece in reader.ReadAsync(cancellationToken))
                        yield return new GatewayEvent { Data = piece };
                }

                var end = await run.End.WaitAsync(cancellationToken);
                var decision = Decide(query, joined, end, head);
                if (run.Body.Held is { } last)
                    yield return new GatewayEvent { Data = last };
                yield return new GatewayEvent { Tail = decision };
            }
            else
            {
                // The upstream answered a streamed request with a plain body: an error, as a rule.
                var end = await run.End.WaitAsync(cancellationToken);
                yield return new GatewayEvent { Head = ToHead(head, Decide(query, joined, end, head)) };
                yield return new GatewayEvent { Data = run.Body.ToArray() };
            }
        }
        finally
        {
            run.Detach(reader);
        }
    }

    private static GatewayReply Unreadable(GatewayRequest request) =>
        Refused(request, new(400, "The request cannot be read.", "invalid_request_error", "invalid_json", RequestId: request.RequestId), isLeaving: false);

    private static GatewayReply Refused(GatewayRequest request, WireError error, bool isLeaving) => new()
    {
        Head = new ReplyHead
        {
            Status = WireForms.Of(request.Form).StatusOf(error.Status),
            ContentType = "application/json",
            Decision = new Decision { Cache = HitKind.Bypass, Model = string.Empty, RouteReason = string.Empty },
        },
        Body = WireForms.Of(request.Form).Error(error),
        IsLeaving = isLeaving,
    };

    private GatewayReply Leaving(GatewayRequest request)
    {
        // The next request finds an activation in a silo that stays.
        if (_streams == 0)
            DeactivateOnIdle();
        return Refused(request, new(503, "The gateway is not available; try again.", "server_error", null, RequestId: request.RequestId), isLeaving: true);
    }

    private static ReplyHead ToHead(RunHead head, Decision decision) =>
        new() { Status = head.Status, ContentType = head.ContentType, Headers = [.. head.Headers], Decision = decision };

    // What one caller asks of the answer beyond the request itself another's run need not keep to.
    private static string RunKey(Query query) => string.Create(
        CultureInfo.InvariantCulture,
        $"{query.Request.Fingerprint}|{(query.Chat.Stream ? query.Chat.IncludeUsage ? "u" : "s" : "p")}|{query.Controls.MaxAgeSeconds}|{query.Policy.CacheThreshold}|{query.Controls.CacheThreshold}");

    private Query? Read(GatewayRequest request)
    {
        var chat = request.Parsed;
        if (chat is null && WireForms.Of(request.Form).Read(request.Body, request.ModelInAddress, out chat) is not null)
            return null;
        if (tenants.FindPolicy(request.TenantId) is not { } policy)
            return null;
        return new Query(request, chat!, request.Caller.Narrow(policy), _partition ??= GatewayKey.PartitionOf(this.GetPrimaryKeyString()), time.GetTimestamp());
    }

    private async ValueTask<CacheLookup?> FindExactAsync(Query query) =>
        query.Policy.Cache == LayerMode.On && SemanticCache.Reads(query)
        && _exact.Find(query.Request.Fingerprint, query.Controls.MaxAgeSeconds) is { } kept
        && await invalidations.AllowsAsync(query, query.Request.Fingerprint, kept)
            ? new CacheLookup(HitKind.Exact, kept, 1, Entry: query.Request.Fingerprint)
            : null;

    // For the next of its kind, without a lookup.
    private async Task KeepExactAsync(QueryRun run)
    {
        await run.End;
        if (run.Stored is { } stored)
            _exact.Keep(run.Query.Request.Fingerprint, stored, run.Query.Policy.CacheTimeToLive);
    }

    // A run to read, from its head on or once it has ended. The one who began it pays for it; what that one's budget forbids another's may allow.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(QueryRun Run, RunHead Head, ReplayReader Reader, bool Joined)> JoinAsync(Query query, bool untilEnd, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (run, reader, joined) = Join(query);
            try
            {
                // An end has a head before it; waiting for one of them costs a turn less than for both.
                if (untilEnd)
                    await run.End.WaitAsync(cancellationToken);
                var head = await run.Head.WaitAsync(cancellationToken);
                if (!joined || !head.Refused || query.IsPaidLike(run.Query))
                    return (run, head, reader, joined);
            }
            catch
            {
                run.Detach(reader);
                throw;
            }

            run.Detach(reader);
        }
    }

    // The run to read: one in flight where it may be shared, else a new one.
    private (QueryRun Run, ReplayReader Reader, bool Joined) Join(Query query)
    {
        var shared = query.Policy.Cache == LayerMode.On && SemanticCache.Reads(query);
        var key = shared ? RunKey(query) : string.Empty;
        if (shared && _inFlight.TryGetValue(key, out var running) && running.IsOpen)
            return (running, running.Attach(), true);

        // A plain answer is given whole.
        var run = new QueryRun(query, query.Chat.Stream ? options.Value.StreamBufferBytes : long.MaxValue);
        var reader = run.Attach();
        if (shared)
            _inFlight[key] = run;
        if (query.Policy.Cache == LayerMode.On)
            _ = KeepExactAsync(run);
        _ = DriveAsync(run, key, shared);
        return (run, reader, false);
    }

    private async Task DriveAsync(QueryRun run, string key, bool shared)
    {
        telemetry.Active(1);
        try
        {
            await pipeline.RunAsync(run);
        }
        finally
        {
            telemetry.Active(-1);
            if (shared && _inFlight.TryGetValue(key, out var current) && current == run)
                _inFlight.Remove(key);
            run.Dispose();
        }
    }

    private Decision Decide(Query query, bool joined, RunEnd end, RunHead head)
    {
        // The leader's entry was written by the run itself, so that it is there even when the leader has gone.
        if (!joined)
            return Decisions.Of(end.Entry!, head.Lookup, end.LostUsd);
        var entry = entries.Joined(query, end.Entry!);
        ledger.Record(entry);
        return Decisions.Of(entry, head.Lookup);
    }

    private GatewayReply Served(Query query, CacheLookup lookup)
    {
        var (head, plain) = Hit(query, lookup);
        return new GatewayReply { Head = head, Body = Plain(query, plain) };
    }

    private IEnumerable<GatewayEvent> Replay(Query query, CacheLookup lookup)
    {
        var (head, plain) = Hit(query, lookup);
        yield return new GatewayEvent
        {
            Head = new ReplyHead { Status = 200, ContentType = "text/event-stream; charset=utf-8", Decision = head.Decision },
        };
        foreach (var frame in Frames(query, plain))
            yield return new GatewayEvent { Data = frame };
        yield return new GatewayEvent { Tail = head.Decision };
    }

    private (ReplyHead Head, byte[] Plain) Hit(Query query, CacheLookup lookup)
    {
        var answer = lookup.Answer!;
        var plain = AnswerCompression.Decompress(answer.Body, options.Value.MaxReplyBytes)
            ?? throw new InvalidDataException("A stored answer cannot be unpacked.");
        var entry = entries.Hit(query, lookup.Kind, answer, lookup.Score, router.BaselineOf(query), lookup.Milliseconds);
        ledger.Record(entry);
        // One way: the caller does not wait for what only a verdict will ask for.
        _ = GrainFactory.GetGrain<IFeedbackGrain>(query.Request.TenantId)
            .ServedAsync(ServedFrom(query, lookup, plain, entry.At));
        return (new ReplyHead { Status = 200, ContentType = "application/json", Decision = Decisions.Of(entry, lookup) }, plain);
    }

    private static ServedAnswer ServedFrom(Query query, CacheLookup lookup, byte[] plain, DateTimeOffset at) => new()
    {
        RequestId = query.Request.RequestId,
        Entry = lookup.Entry!,
        Score = lookup.Verified ? lookup.Score : null,
        At = at,
        Text = query.Policy.ShowText
            ? ServedAnswerText.Of(query.Question, lookup.CandidateQuestion ?? query.Question, CompletionFacts.Read(plain)?.Text ?? string.Empty)
            : null,
    };

    private byte[] Plain(Query query, byte[] stored) =>
        query.Form.Replay(stored, query.Form.AnswerId(query.Request.RequestId), time.GetUtcNow().ToUnixTimeSeconds());

    private IReadOnlyList<byte[]> Frames(Query query, byte[] stored) => query.Form.ReplayStream(
        stored, query.Form.AnswerId(query.Request.RequestId), time.GetUtcNow().ToUnixTimeSeconds(), query.Chat.IncludeUsage);
}
