using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Sends a request on, passes the answer into the run's buffer as it comes, and settles: ledger first, then the cache.</summary>
internal sealed class UpstreamCall(
    UpstreamSender sender,
    SemanticCache cache,
    VerificationDraw verifications,
    Conversations conversations,
    RouteShadow shadow,
    RouteCascade cascade,
    LedgerEntries entries,
    LedgerWriter ledger,
    GenAiTelemetry telemetry,
    SpendGate spending,
    InvalidationView invalidations,
    CompressionProfiles profiles,
    IOptions<QueryGatewayOptions> options,
    TimeProvider time,
    ILogger<UpstreamCall> logger)
{
    /// <summary>What those are told who still read when their run is cut off.</summary>
    public const string CutOffMessage = "The gateway shuts down before the answer has ended; try again.";

    /// <summary>Takes a run from its route to its end.</summary>
    public ValueTask<bool> CallAsync(QueryRun run, CacheLookup lookup, RouteResult route, CompressionOutcome compression, byte[]? embedding) =>
        CallAsync(run, lookup, route, compression, embedding, cheaper: null, lost: []);

    /// <summary>The same for a check that no caller waits for. What fails on the way is settled, then thrown.</summary>
    public async Task CheckAsync(QueryRun run, CacheLookup lookup, RouteResult route, byte[]? embedding)
    {
        var compression = CompressionOutcome.None("Verification");
        try
        {
            await CallAsync(run, lookup, route, compression, embedding);
        }
        catch
        {
            Fail(run, lookup, route, compression, 500, "The gateway failed to check this request.", "server_error", null);
            throw;
        }
    }

    // False where an answer of a cheaper tier is there and a better one cannot be had: it failed, broke off, or there is no money for it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CallAsync(
        QueryRun run, CacheLookup lookup, RouteResult route, CompressionOutcome compression, byte[]? embedding, LedgerEntry? cheaper, List<UpstreamAttempt> lost)
    {
        var query = run.Query;
        compression = Suiting(query, compression, route.Model);
        using var genAi = telemetry.Begin(OperationOf(query.Chat.Form), route.Model, query.Chat.Stream);
        genAi.Prompt(query.Chat);
        var rulesSeen = SemanticCache.Writes(query) ? run.RulesSeen ?? (await invalidations.KnownAsync(query.Request.TenantId)).Sequence : default(long?);
        var call = new CallUnderWay(run, lookup, route, compression, embedding, time.GetTimestamp(), time.GetUtcNow(), genAi) { Lost = lost, RulesSeen = rulesSeen };
        // A stream's head tells its prompt's cost, and counting takes about as long as the network does.
        if (query.Chat.Stream)
            call.BeginCount();
        UpstreamSent? sent;
        try
        {
            sent = await sender.SendAsync(call, BodyFor, run.Abandoned);
        }
        catch (OperationCanceledException) when (run.Abandoned.IsCancellationRequested)
        {
            if (cheaper is not null && run.IsCutOff)
            {
                if (call.Progress.IsUnderWay)
                    Lose(call, sender.ProviderOf(route.Model, query.Chat.Form));
                return false;
            }

            // Nobody knows how far the provider came: billed as what was sent, where anything was.
            Reject(run, cheaper);
            await GiveUpAsync(call, call.Progress.IsUnderWay ? null : default(TokenUsage), costKnown: true);
            return true;
        }
        catch
        {
            Reject(run, cheaper);
            throw;
        }

        // An answer is better than an error, whoever would have given a better one.
        if (cheaper is not null && sent?.Reply is not { Status: < 400 })
        {
            if (sent?.Reply is { } failed)
                await sender.GiveUpAsync(sent.Permit, failed);
            genAi.End(sent?.Reply?.Status ?? sent?.Permit.Refusal?.Status ?? 404, default, string.Empty, sent?.Permit.Refusal?.Code);
            return false;
        }

        if (sent is null)
        {
            genAi.End(404, default, string.Empty);
            if (sender.Knows(route.Model))
                Fail(run, lookup, route, compression, 400, $"The provider of the model '{route.Model}' does not speak the form of this request.", "invalid_request_error", "form_not_served");
            else
                Fail(run, lookup, route, compression, 404, $"The model '{route.Model}' does not exist here.", "invalid_request_error", "model_not_found");
            return true;
        }

        run.Permit = sent.Permit;
        if (sent.Permit.Refusal is { } refusal)
        {
            genAi.End(refusal.Status, default, string.Empty, refusal.Code);
            Fail(run, lookup, route, compression, refusal.Status, refusal.Message, refusal.Type, refusal.Code, refusal.Headers);
            return true;
        }

        var reply = sent.Reply!;
        genAi.Provider = sent.Target.TelemetryProviderOf(reply.Provider);
        (call.Route, call.Provider, call.Compression) = (sent.Route, sent.Provider, Suiting(query, compression, sent.Route.Model));
        var contentType = reply.ContentType ?? "application/json";
        if (reply.Failure == UpstreamFailure.None && reply.Status == 200 && contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            Reject(run, cheaper);
            await StreamAsync(call, reply, contentType);
            return true;
        }

        await using var owned = reply;
        if (reply.Failure != UpstreamFailure.None)
        {
            GatewayLog.UpstreamFailed(logger, query.Request.RequestId, sent.Provider, reply.Failure.ToString());
            // What it may have cost stands in the entries of its tries.
            var status = query.Form.StatusOf(reply.Status);
            run.Body.AppendWhole(query.Form.Error(new(
                status, reply.FailureMessage ?? "The provider gave no response.", "upstream_error", reply.Failure.ToString(), RequestId: query.Request.RequestId)));
            run.SetHead(Head(call, status, "application/json", reply.Headers));
            genAi.End(status, default, string.Empty, reply.Failure.ToString());
            await SettleAsync(call, default(TokenUsage), status, costKnown: !reply.FailedBilled);
            return true;
        }

        return await PlainAsync(call, reply, contentType, cheaper);
    }

    /// <summary>Ends a run with an error of the gateway's own.</summary>
    public void Fail(
        QueryRun run, CacheLookup lookup, RouteResult route, CompressionOutcome compression, int status, string message, string type, string? code,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        if (run.End.IsCompleted)
            return;
        var form = run.Query.Form;
        status = form.StatusOf(status);
        var error = new WireError(status, message, type, code, code is "model_not_found" or "form_not_served" ? "model" : null, run.Query.Request.RequestId);
        if (run.Head.IsCompleted)
        {
            run.Body.Hold(form.ErrorEvent(error));
        }
        else
        {
            run.Body.AppendWhole(form.Error(error));
            run.SetHead(new RunHead(lookup, null, route, status, "application/json", headers ?? [], 0, 0, Refused: run.Permit.Refusal is not null));
        }

        End(run, entries.Called(run.Query, lookup, route, compression, default, 0, estimated: false, status, 0), costKnown: false);
    }

    // Where nobody knows what the call cost, the budget takes it for the most it could.
    private void End(QueryRun run, LedgerEntry entry, bool costKnown, decimal lostUsd = 0, int? textTokens = null)
    {
        ledger.Record(entry);
        spending.Settle(run.Permit, costKnown ? entry.CostUsd : null, textTokens);
        run.SetEnd(new RunEnd(entry, lostUsd));
    }

    // False as in CallAsync: the body did not come whole.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> PlainAsync(CallUnderWay call, UpstreamReply reply, string contentType, LedgerEntry? cheaper)
    {
        var run = call.Run;
        PlainBody body;
        try
        {
            body = await PlainBody.ReadAsync(reply.Body, options.Value.MaxReplyBytes, options.Value.IdleStreamTimeout, run.Abandoned);
        }
        catch (OperationCanceledException) when (run.Abandoned.IsCancellationRequested)
        {
            if (cheaper is not null && run.IsCutOff)
            {
                Lose(call, call.Provider);
                return false;
            }

            Reject(run, cheaper);
            await GiveUpAsync(call, usage: null, costKnown: false);
            return true;
        }
        catch
        {
            Reject(run, cheaper);
            throw;
        }

        if (cheaper is not null && body.Broken is not null)
        {
            Lose(call, call.Provider);
            return false;
        }

        Reject(run, cheaper);
        if (body.Broken is { } broken)
        {
            // A plain answer that broke off was made and is billed, although the caller gets none of it.
            run.Body.AppendWhole(run.Query.Form.Error(new(502, broken, "upstream_error", "broken", RequestId: run.Query.Request.RequestId)));
            run.SetHead(Head(call, 502, "application/json", []));
            await SettleAsync(call, usage: null, status: 502, costKnown: false);
            return true;
        }

        var bytes = body.Bytes;
        call.GenAi.Whole(bytes);
        var facts = reply.Status == 200 ? CompletionFacts.Read(bytes) : null;
        if (facts is not null && call.Lookup.Kind != HitKind.Verification && cascade.After(run.Query, call.Route, facts) is { } stronger)
        {
            // It was made and is billed, whoever gets it.
            var (made, textTokens) = await CheaperAsync(call, facts);
            spending.Settle(run.Permit, made.CostUsd, textTokens);
            run.Permit = SpendPermit.Free;
            call.GenAi.End(200, made.Usage, facts.Text);
            if (await CallAsync(run, call.Lookup, stronger, call.Compression, call.Embedding, made, call.Lost))
                return true;
        }

        run.Body.AppendWhole(bytes);
        run.SetHead(Head(call, reply.Status, contentType, reply.Headers));
        if (reply.Status != 200)
        {
            await SettleAsync(call, default(TokenUsage), reply.Status);
            return true;
        }

        await SettleAsync(call, facts?.Usage, 200, facts, facts is { IsCacheable: true } ? bytes : null, costKnown: facts is not null);
        await StoreAsync(call);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask StreamAsync(CallUnderWay call, UpstreamReply reply, string contentType)
    {
        var run = call.Run;
        var aggregator = run.Query.Form.NewAggregator();
        await using var pass = new StreamPass(call, reply, aggregator, options.Value, telemetry, time);
        var before = await call.CountAsync();
        run.SetHead(Head(call, 200, contentType, reply.Headers) with { PromptTokensBefore = before, PromptTokensAfter = Math.Max(0, before - call.TokensRemoved) });
        var (abandoned, broken) = await pass.RunAsync();
        if (abandoned && run.IsCutOff)
            (abandoned, broken) = (false, CutOffMessage);
        // Who was told of the provider's own failure needs no other.
        if (broken is not null && !aggregator.HasFailed)
            run.Body.Hold(run.Query.Form.ErrorEvent(new(502, broken, "upstream_error", "stream_broken", RequestId: run.Query.Request.RequestId)));
        var status = aggregator.HasFailed ? 502 : abandoned ? 499 : broken is null ? 200 : 502;
        await SettleAsync(
            call, aggregator.Usage, status, stream: aggregator,
            // What is hidden is told at the end alone: without it the call may have cost the most it could.
            costKnown: aggregator.Usage is not null || (status == 200 && aggregator.IsDone) || !HiddenReasoning.MayBe(run.Query.Chat, call.Route.Model));
        await StoreAsync(call);
    }

    private ValueTask GiveUpAsync(CallUnderWay call, TokenUsage? usage, bool costKnown)
    {
        var run = call.Run;
        if (!run.IsCutOff)
            return SettleAsync(call, usage, status: 499, costKnown: costKnown);
        var status = run.Query.Form.StatusOf(503);
        run.Body.AppendWhole(run.Query.Form.Error(new(status, CutOffMessage, "server_error", null, RequestId: run.Query.Request.RequestId)));
        run.SetHead(Head(call, status, "application/json", []));
        return SettleAsync(call, usage, status, costKnown: costKnown);
    }

    private static string OperationOf(WireForm form) => form == WireForm.Completions ? "text_completion" : "chat";

    // What one model may be sent short, another one in its place may have to be sent whole.
    private CompressionOutcome Suiting(Query query, CompressionOutcome compression, string model) => compression.Under(profiles.For(query.Policy.TenantId, model));

    private ReadOnlyMemory<byte> BodyFor(CallUnderWay call, string model)
    {
        var chat = call.Run.Query.Chat;
        var editor = new RequestBodyEditor(chat).SetModel(model);
        if (call.IsCompressed && Suiting(call.Run.Query, call.Compression, model) is { IsCompressed: true } compression)
            CompressionLayer.Apply(editor, chat, compression);
        if (chat.Stream)
            editor.IncludeUsage();
        return editor.Apply();
    }

    private static RunHead Head(CallUnderWay call, int status, string contentType, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(call.Lookup, null, call.Route, status, contentType, headers, 0, 0);

    // Writes the leader's entry, keeps the answer for whoever asks next and ends the run. A missing count is made here and marked.
    private async ValueTask SettleAsync(
        CallUnderWay call, TokenUsage? usage, int status, CompletionFacts? facts = null, byte[]? plain = null, IStreamAggregator? stream = null, bool costKnown = true)
    {
        var (counted, estimated, textTokens) = await CountedAsync(call, usage, facts, stream);
        var billed = AtTier(call, counted);
        // An answer in another model's place is nobody else's.
        var fellBack = call.Route.Decision.Reason is RouteReason.OutageFallback or RouteReason.ContextWindowFallback or RouteReason.ContentFilterFallback;
        var isKept = !fellBack && SemanticCache.Writes(call.Run.Query) && (plain is not null || stream is { IsCacheable: true, Model: not null });
        // Of a long answer it is worth not to be made for nobody.
        var text = isKept || call.Run.Query.Policy.Routing != LayerMode.Off || call.GenAi.TakesText ? stream?.Text ?? facts?.Text ?? string.Empty : string.Empty;
        var isBroken = JsonAnswer.Fails(call.Run.Query.Chat, text);
        var before = billed.PromptTokens == 0 ? 0 : SavingsCalculator.PromptTokensBefore(billed.PromptTokens, call.TokensRemoved, 0);
        var entry = entries.Called(
            call.Run.Query, call.Lookup, call.Route, call.Compression, billed, before, estimated, status,
            time.GetElapsedTime(call.StartedAt).TotalMilliseconds, call.Provider);
        var isAnswered = status == 200 && call.Lookup.Kind != HitKind.Verification;
        // Before the caller has it: the next turn may come at once.
        if (isAnswered)
            conversations.Answered(call.Run.Query, call.Route, isBroken);

        if (isKept)
        {
            call.Run.Answer = new StoredAnswer
            {
                Body = AnswerCompression.Compress(plain ?? PlainOf(call, stream!)),
                Model = call.Route.Model,
                // What the request would have used uncompressed: that is what a later hit saves.
                Usage = StoredUsage.From(billed with { PromptTokens = before }),
                CreatedAt = call.BeganAt,
                RulesSeen = call.RulesSeen,
                Tags = call.Run.Query.Controls.CacheTags,
            };
            // Who asks again after a refusal, or for JSON after prose, asks the model again.
            call.Run.Stored = isBroken || AnswerSigns.Refuses(text) ? null : call.Run.Answer;
        }

        End(call.Run, entry, costKnown, call.Run.RejectedUsd + await RecordLostAsync(call), textTokens);
        // The caller has its answer. One that the gateway itself left did not fail.
        call.GenAi.End(call.Run.IsCutOff ? GenAiCall.CallerLeft : status, billed, text);
        if (isAnswered)
            shadow.Offer(call.Run.Query, call.Route, text);
    }

    // The plain answer that a stream amounts to.
    private byte[] PlainOf(CallUnderWay call, IStreamAggregator stream) =>
        stream.ToPlain(call.Run.Query.Form.AnswerId(call.Run.Query.Request.RequestId), time.GetUtcNow().ToUnixTimeSeconds());

    private async ValueTask<(LedgerEntry Entry, int? TextTokens)> CheaperAsync(CallUnderWay call, CompletionFacts facts)
    {
        var (counted, estimated, textTokens) = await CountedAsync(call, facts.Usage, facts);
        var entry = entries.Rejected(
            call.Run.Query, call.Route.Model, AtTier(call, counted), estimated, time.GetElapsedTime(call.StartedAt).TotalMilliseconds, call.Provider);
        return (entry, textTokens);
    }

    // The provider's counts of the whole; without them those of a part of it, and what they leave out is counted here. No prompt has no tokens.
    // The tokens of its texts are told where they are not all of it.
    private static async ValueTask<(TokenUsage Usage, bool Estimated, int? TextTokens)> CountedAsync(
        CallUnderWay call, TokenUsage? whole, CompletionFacts? facts = null, IStreamAggregator? stream = null)
    {
        if (whole is { PromptTokens: > 0 } or { CompletionTokens: 0 })
            return (whole.Value, false, null);
        var told = whole ?? stream?.PromptUsage ?? new TokenUsage(0, 0, Tier: stream?.Tier);
        if (whole is null)
            told = told with { CompletionTokens = Math.Max(told.CompletionTokens, await call.CountAsync(stream?.Written ?? facts?.Written ?? string.Empty)) };
        if (told.PromptTokens > 0)
            return (told, true, null);
        var texts = await call.CountSentAsync();
        return (told with { PromptTokens = texts }, true, call.Run.Query.Chat.IsTextAlone ? null : texts);
    }

    private void Reject(QueryRun run, LedgerEntry? cheaper)
    {
        if (cheaper is null)
            return;
        ledger.Record(cheaper);
        run.RejectedUsd += cheaper.CostUsd;
    }

    // A better answer that does not come whole, where a cheaper one is there: a try of its own, of which nobody knows what it cost.
    private void Lose(CallUnderWay call, string? provider)
    {
        call.Lost.Add(new UpstreamAttempt(call.Route.Model, provider ?? string.Empty, UpstreamFailure.Broken, 502, time.GetElapsedTime(call.StartedAt)));
        spending.Settle(call.Run.Permit, null);
        call.Run.Permit = SpendPermit.Free;
        call.GenAi.End(call.Run.IsCutOff ? GenAiCall.CallerLeft : 502, default, string.Empty);
    }

    // An answer that does not say at which tier it was served had the one that was asked for.
    private static TokenUsage AtTier(CallUnderWay call, TokenUsage usage) => usage with { Tier = usage.Tier ?? call.Run.Query.Chat.Tier };

    // Tries that gave no answer and may be billed: money of their own, on top of the request's.
    private async ValueTask<decimal> RecordLostAsync(CallUnderWay call)
    {
        var usd = 0m;
        for (var i = 0; i < call.Lost.Count; i++)
        {
            var request = call.Run.Query.Request;
            var entry = entries.Lost(
                request.RequestId, request.TenantId, request.Caller, call.Run.Query.Chat.Model, i + 1, call.Lost[i],
                new TokenUsage(await call.CountSentAsync(), 0, Tier: call.Run.Query.Chat.Tier));
            ledger.Record(entry);
            usd += entry.CostUsd;
        }

        return usd;
    }

    // After the reply: the caller does not wait for the cache.
    private async ValueTask StoreAsync(CallUnderWay call)
    {
        if (call.Run.Answer is not { } answer)
            return;
        try
        {
            if (call.Run.Stored is { } stored)
                await cache.StoreAsync(call.Run.Query, stored, call.Embedding);
            // What is not kept contradicts a candidate no less.
            verifications.OfferAnswered(call.Run.Query, call.Lookup, call.Route, answer);
        }
        catch (Exception e)
        {
            GatewayLog.NotCached(logger, e, call.Run.Query.Request.RequestId);
        }
    }
}
