using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// Takes requests from their message to their reply: from an answer given before, from a run of an identical request in flight, or from a run of
/// their own, whose work is <see cref="QueryPipeline"/>'s. Never on a grain's turns: there every continuation is a task of the grain's scheduler.
/// </summary>
internal sealed class QueryGateway(
    QueryPipeline pipeline,
    ExplanationBuilder explanations,
    CachedReplies hits,
    LedgerEntries entries,
    LedgerWriter ledger,
    RequestsUnderWay underWay,
    InvalidationView invalidations,
    TenantDirectory tenants,
    LedgerPricing pricing,
    GatewayTelemetry telemetry,
    IOptions<QueryGatewayOptions> options,
    TimeProvider time)
{
    /// <summary>Answers a plain request.</summary>
    /// <param name="shared">What it shares with others; null for nothing.</param>
    /// <param name="key">See <see cref="GatewayKey"/>.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    public async Task<GatewayReply> CompleteAsync(SharedAnswers? shared, string key, GatewayRequest request, CancellationToken cancellationToken)
    {
        using var begun = underWay.TryBegin();
        if (begun is null)
            return Leaving(request);
        if (Read(key, request) is not { } query)
            return Unreadable(request);
        if (await FindExactAsync(shared, query) is { } kept)
            return hits.Reply(query, kept);
        var (run, head, reader, joined) = await JoinAsync(shared, query, untilEnd: true, cancellationToken);
        try
        {
            if (head.Hit is { } answer)
                return hits.Reply(query, head.Lookup with { Answer = answer });
            var end = await run.End;
            return new GatewayReply { Head = ToHead(head, Decide(query, joined, end, head)), Body = run.Body.ToArray() };
        }
        finally
        {
            run.Detach(reader);
        }
    }

    /// <summary>Answers a streamed request: a head, then data as it comes, then a tail.</summary>
    /// <param name="shared">What it shares with others; null for nothing.</param>
    /// <param name="key">See <see cref="GatewayKey"/>.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    public async IAsyncEnumerable<GatewayEvent> StreamAsync(
        SharedAnswers? shared, string key, GatewayRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
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

        if (Read(key, request) is not { } query)
        {
            var unreadable = Unreadable(request);
            yield return new GatewayEvent { Head = unreadable.Head };
            yield return new GatewayEvent { Data = unreadable.Body };
            yield break;
        }

        if (await FindExactAsync(shared, query) is { } kept)
        {
            foreach (var step in hits.Replay(query, kept))
                yield return step;
            yield break;
        }

        var (run, head, reader, joined) = await JoinAsync(shared, query, untilEnd: false, cancellationToken);
        try
        {
            if (head.Hit is { } answer)
            {
                foreach (var step in hits.Replay(query, head.Lookup with { Answer = answer }))
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
                await LeaveThreadAsync(joined);
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

    /// <summary>Says what each layer would do; calls no upstream and stores nothing.</summary>
    /// <param name="shared">What it shares with others; null for nothing.</param>
    /// <param name="key">See <see cref="GatewayKey"/>.</param>
    /// <param name="request">The request.</param>
    public async Task<Explanation> ExplainAsync(SharedAnswers? shared, string key, GatewayRequest request)
    {
        using var begun = underWay.Begin();
        var query = Read(key, request) ?? throw new ArgumentException("The request's body cannot be read.", nameof(request));
        var exact = await FindExactAsync(shared, query);
        var (lookup, route, compression) = await pipeline.ExplainAsync(query);
        if (exact is not null)
            lookup = exact with { CandidateQuestion = query.Question, CandidateCosine = 1 };
        return await explanations.BuildAsync(query, lookup, route, compression);
    }

    private static GatewayReply Unreadable(GatewayRequest request) =>
        Refused(request, new(400, "The request cannot be read.", "invalid_request_error", "invalid_json", RequestId: request.RequestId), isLeaving: false);

    private static GatewayReply Refused(GatewayRequest request, WireError error, bool isLeaving) => new()
    {
        Head = new ReplyHead
        {
            Status = WireForms.Of(request.Form).StatusOf(error.Status),
            ContentType = "application/json",
            // Nothing was asked: whoever comes back pays for nothing twice, and finds a silo that stays.
            Headers = isLeaving ? [new("retry-after", "1")] : [],
            Decision = new Decision { Cache = HitKind.Bypass, Model = string.Empty, RouteReason = string.Empty },
        },
        Body = WireForms.Of(request.Form).Error(error),
        IsLeaving = isLeaving,
    };

    private static GatewayReply Leaving(GatewayRequest request) =>
        Refused(request, new(503, "The gateway is not available; try again.", "server_error", null, RequestId: request.RequestId), isLeaving: true);

    private static ReplyHead ToHead(RunHead head, Decision decision) =>
        new() { Status = head.Status, ContentType = head.ContentType, Headers = [.. head.Headers], Decision = decision };

    private Query? Read(string key, GatewayRequest request)
    {
        var chat = request.Parsed;
        if (chat is null && WireForms.Of(request.Form).Read(request.Body, request.ModelInAddress, out chat) is not null)
            return null;
        if (tenants.FindPolicy(request.TenantId) is not { } policy)
            return null;
        return new Query(request, chat!, request.Caller.Narrow(policy), GatewayKey.PartitionOf(key), time.GetTimestamp());
    }

    private async ValueTask<CacheLookup?> FindExactAsync(SharedAnswers? shared, Query query) =>
        shared is not null && SharedAnswers.Reads(query)
        && shared.Find(query) is { } kept
        && await invalidations.AllowsAsync(query, query.Request.Fingerprint, kept)
            ? hits.Unpack(query, new CacheLookup(HitKind.Exact, kept, 1, Entry: query.Request.Fingerprint))
            : null;

    // Another's hit was made for another request, of other tags and earlier than its run.
    private ValueTask<bool> AllowsAsync(Query query, CacheLookup found, StoredAnswer hit) =>
        query.Controls.Accepts(time.GetUtcNow() - hit.CreatedAt) ? invalidations.AllowsAsync(query, found.Entry!, hit) : new(false);

    // The run's thread goes on with its first reader's reply; the others have threads of their own.
    private static async ValueTask LeaveThreadAsync(bool joined)
    {
        if (joined)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    // A run to read, from its head on or once it has ended. The one who began it pays for it; what that one's budget forbids another's may allow.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(QueryRun Run, RunHead Head, ReplayReader Reader, bool Joined)> JoinAsync(
        SharedAnswers? shared, Query query, bool untilEnd, CancellationToken cancellationToken)
    {
        var meets = SharedAnswers.Reads(query) ? shared : null;
        while (true)
        {
            var rules = meets is null ? default : await invalidations.KnownAsync(query.Request.TenantId);
            var (run, reader, joined) = Join(shared, meets, query, rules);
            try
            {
                // An end has a head before it.
                if (untilEnd)
                    await run.End.WaitAsync(cancellationToken);
                var head = await run.Head.WaitAsync(cancellationToken);
                await LeaveThreadAsync(joined);
                if (!joined || (head.Hit is { } hit ? await AllowsAsync(query, head.Lookup, hit) : !head.Refused || query.IsPaidLike(run.Query)))
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
    private (QueryRun Run, ReplayReader Reader, bool Joined) Join(SharedAnswers? shared, SharedAnswers? meets, Query query, KnownRules rules)
    {
        // A plain answer is given whole.
        var bufferLimit = query.Chat.Stream ? options.Value.StreamBufferBytes : long.MaxValue;
        var found = meets?.Join(query, rules, bufferLimit) ?? Alone(new QueryRun(query, bufferLimit, isPrivate: true));
        if (found.Joined)
            return found;
        if (query.Policy.Cache == LayerMode.On)
            _ = shared?.KeepAsync(found.Run);
        _ = DriveAsync(found.Run, meets);
        return found;

        static (QueryRun, ReplayReader, bool) Alone(QueryRun run) => (run, run.TryAttach()!, false);
    }

    private async Task DriveAsync(QueryRun run, SharedAnswers? shared)
    {
        // Its readers may leave before its cost is booked.
        using var begun = underWay.Begin();
        using var cutOff = underWay.CutOff.UnsafeRegister(static r => ((QueryRun)r!).CutOff(), run);
        telemetry.Active(1);
        try
        {
            await pipeline.RunAsync(run);
        }
        finally
        {
            telemetry.Active(-1);
            shared?.Land(run);
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
}
