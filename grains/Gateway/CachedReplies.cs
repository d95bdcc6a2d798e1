using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Gives an answer out of the cache: unpacks it where it can, enters it in the ledger, remembers what was served for whoever judges it, and writes it in the request's form.</summary>
internal sealed class CachedReplies(
    LedgerEntries entries, LedgerWriter ledger, RouteLayer router, ServedAnswers served, GatewayTelemetry telemetry, IOptions<QueryGatewayOptions> options, TimeProvider time,
    ILogger<CachedReplies> logger)
{
    /// <summary>The hit with its answer unpacked; null where it is damaged or larger than answers may be now, so that the model must be asked.</summary>
    public CacheLookup? Unpack(Query query, CacheLookup hit)
    {
        if (AnswerCompression.Decompress(hit.Answer!.Body, options.Value.MaxReplyBytes) is { } plain)
            return hit with { Plain = plain };
        telemetry.FailOpen("cache", "Unreadable");
        GatewayLog.AnswerUnreadable(logger, query.Request.RequestId, options.Value.MaxReplyBytes);
        return null;
    }

    /// <summary>An unpacked answer as a plain reply.</summary>
    public GatewayReply Reply(Query query, CacheLookup lookup)
    {
        var (head, plain) = Hit(query, lookup);
        return new GatewayReply { Head = head, Body = Plain(query, plain) };
    }

    /// <summary>The answer as the steps of a stream.</summary>
    public IEnumerable<GatewayEvent> Replay(Query query, CacheLookup lookup)
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
        var plain = lookup.Plain!;
        var entry = entries.Hit(query, lookup.Kind, lookup.Answer!, lookup.Score, router.BaselineOf(query), lookup.Milliseconds);
        ledger.Record(entry);
        served.Add(query.Request.TenantId, ServedFrom(query, lookup, plain, entry.At));
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
