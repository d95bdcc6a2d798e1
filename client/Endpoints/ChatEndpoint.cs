using System.Diagnostics;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.RateLimits;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>, <c>/v1/responses</c>, <c>/v1/completions</c>, <c>/v1/messages</c> with its <c>/count_tokens</c>, and <c>/v1/explain</c>: authenticate, read, hand over to the gateway grain, write.</summary>
internal sealed class ChatEndpoint(
    IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants, OverloadGate gate, RequestEntry entry, IOptions<ApiOptions> options, SiloWatch watch, TimeProvider time, ILogger<ChatEndpoint> logger,
    ILocalGateways? local = null)
{
    public const string RequestIdHeader = "x-request-id";
    public const string AnthropicRequestIdHeader = "request-id";

    private readonly KeyedGrains<IGatewayGrain> _gateways = new(cluster);
    private readonly AskerName _asker = new(time);

    public Task CompleteAsync(HttpContext context, string? deployment) => AnswerAsync(context, deployment, WireForm.ChatCompletions);

    public Task RespondAsync(HttpContext context) => AnswerAsync(context, null, WireForm.Responses);

    public Task CompleteTextAsync(HttpContext context, string? deployment) => AnswerAsync(context, deployment, WireForm.Completions);

    public Task SayAsync(HttpContext context) => AnswerAsync(context, null, WireForm.Messages);

    public Task CountTokensAsync(HttpContext context) => ServeAsync(context, null, WireForm.Messages, async admitted =>
    {
        // It costs nothing, whatever becomes of it: who has gone need not be waited for, and who is told nothing in time asks again.
        admitted.Ticket.Correct(0);
        var reply = await cluster.GetGrain<ITokenCountGrain>(0).CountAsync(admitted.Request).WaitAsync(context.RequestAborted);
        await WriteAsync(context, reply);
    });

    private Task AnswerAsync(HttpContext context, string? deployment, WireForm form) => ServeAsync(
        context, deployment, form, admitted => admitted.Request.Parsed!.Stream ? StreamAsync(context, admitted) : ReplyAsync(context, admitted));

    public Task ExplainAsync(HttpContext context) => ServeAsync(context, null, WireForm.ChatCompletions, async admitted =>
    {
        admitted.Ticket.Correct(0);
        var gateway = _gateways.Get(admitted.Admission.GrainKey);
        var explanation = await WatchAsync(admitted, gateway, gateway.ExplainAsync(admitted.Request, context.RequestAborted));
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(ExplanationJson.Write(explanation), context.RequestAborted);
    });

    private async Task ServeAsync(HttpContext context, string? deployment, WireForm form, Func<Admitted, ValueTask> serve)
    {
        var requestId = RequestIds.New();
        context.Response.Headers[RequestIdHeader] = requestId;
        if (form == WireForm.Messages)
            context.Response.Headers[AnthropicRequestIdHeader] = requestId;
        if (await callers.AuthenticateAsync(context) is not { } identity || await gate.EnterAsync(context, identity.TenantId) is not { } stay)
            return;
        using var inside = stay;
        if (await AdmitAsync(context, requestId, identity, stay.Body, deployment, form) is not { } admitted)
            return;
        using var ticket = admitted.Ticket;
        try
        {
            await serve(admitted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; the gateway learned of it by the same token.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            ApiLog.GatewayFailed(logger, e, admitted.Request.RequestId);
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The gateway is not available; try again.");
        }
        catch (Exception e) when (IsEventStream(context.Response.ContentType))
        {
            ApiLog.GatewayFailed(logger, e, admitted.Request.RequestId);
            await context.Response.Body.WriteAsync(
                WireForms.Of(form).ErrorEvent(new(
                    StatusCodes.Status502BadGateway, "The gateway lost the stream.", "server_error", "stream_broken", RequestId: admitted.Request.RequestId)),
                context.RequestAborted);
        }
    }

    private static bool IsEventStream(string? contentType) => contentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    // One in this process lives as long as who asks it.
    private ValueTask<T> WatchAsync<T>(Admitted admitted, IGatewayGrain? gateway, Task<T> answer) =>
        gateway is null ? new(answer) : watch.WaitAsync(answer, gateway, admitted.Request.RequestId);

    private async ValueTask<Admitted?> AdmitAsync(HttpContext context, string requestId, TenantIdentity identity, BodyRoom room, string? deployment, WireForm form)
    {
        if (deployment is not null && !DeploymentName.IsValid(deployment))
        {
            await ErrorResponse.DeploymentNotFoundAsync(context);
            return null;
        }

        if (ControlHeaders.Read(context.Request.Headers, out var controls) is { } wrongHeader)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, wrongHeader);
            return null;
        }

        if (await BodyReader.ReadAsync(context, options.Value.MaxBodyBytes, room) is not { } body)
            return null;

        if (WireForms.Of(form).Read(body, deployment, out var chat) is { } problem)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return null;
        }

        var caller = tenants.CallerOf(identity);
        var (ticket, refusal) = await entry.EnterAsync(identity.TenantId, caller, tenants.RateLimitsOf(identity), chat!.Model, chat.OtherModels, TokenEstimate.Of(chat), context.Response.Headers);
        if (refusal is not null)
        {
            await ErrorResponse.RefusedAsync(context, refusal);
            return null;
        }

        var admission = Admission.Of(
            requestId, tenants.PolicyOf(identity.TenantId), chat, body, deployment, controls, caller,
            form == WireForm.Messages ? PassedHeaders.Read(context.Request.Headers) : null, readsInProcess: true, _asker.Current);
        return new Admitted(admission, ticket);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReplyAsync(HttpContext context, Admitted admitted)
    {
        var reply = await admitted.Admission.AskAsync(key => AskAsync(key, admitted, context.RequestAborted));
        admitted.Ticket.Correct(reply.Head.Decision.TokensBilled);
        await WriteAsync(context, reply);
    }

    private ValueTask<GatewayReply> AskAsync(string key, Admitted admitted, CancellationToken cancellationToken)
    {
        if (local?.TryComplete(key, admitted.Request, cancellationToken) is { } answer)
            return new(answer);
        var gateway = _gateways.Get(key);
        return WatchAsync(admitted, gateway, gateway.CompleteAsync(admitted.Request, cancellationToken));
    }

    private static ValueTask WriteAsync(HttpContext context, GatewayReply reply)
    {
        WriteHead(context, reply.Head);
        context.Response.ContentLength = reply.Body.Length;
        return context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    private async ValueTask StreamAsync(HttpContext context, Admitted admitted)
    {
        for (var attempt = 0; !await StreamAsync(context, admitted, attempt); attempt++)
        {
        }
    }

    // False where nothing was begun and others are to be asked.
    private async Task<bool> StreamAsync(HttpContext context, Admitted admitted, int attempt)
    {
        var response = context.Response;
        var events = false;
        var key = admitted.Admission.KeyOf(attempt);
        var here = local?.TryStream(key, admitted.Request, context.RequestAborted);
        var gateway = here is null ? _gateways.Get(key) : null;
        var steps = (here ?? gateway!.StreamAsync(admitted.Request, context.RequestAborted)).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            var next = NextAsync(steps, admitted, gateway, response, events);
            while (await next)
            {
                var step = steps.Current;
                if (step.IsLeaving && attempt < GatewayKey.StandIns)
                    return false;
                if (step.Head is { } head)
                {
                    WriteHead(context, head);
                    events = IsEventStream(head.ContentType);
                    if (events)
                    {
                        response.Headers.CacheControl = "no-cache";
                        response.Headers["x-accel-buffering"] = "no";
                        // The first token may be a while: the caller learns at once that it is coming.
                        await response.Body.FlushAsync(context.RequestAborted);
                    }

                    if (step.Reader is { } reader)
                    {
                        var ending = WatchAsync(admitted, gateway, steps.MoveNextAsync().AsTask()).AsTask();
                        await InProcessStream.CopyAsync(reader, ending, response, options.Value.KeepAliveInterval, time, context.RequestAborted);
                        next = new(ending);
                        continue;
                    }
                }
                else if (step.Data is { } data)
                {
                    await response.Body.WriteAsync(data, context.RequestAborted);
                    await response.Body.FlushAsync(context.RequestAborted);
                }
                else if (step.Tail is { } tail)
                {
                    admitted.Ticket.Correct(tail.TokensBilled);
                    // Goes out with the end of the response, which is next.
                    if (events)
                        AnswerHeaders.WriteComment(response.BodyWriter, tail);
                }

                next = NextAsync(steps, admitted, gateway, response, events);
            }

            return true;
        }
        finally
        {
            // Not awaited: a lost silo would leave it, and the caller with it, waiting.
            _ = steps.DisposeAsync().AsTask();
        }
    }

    // Steps are whole events, so that a comment between two of them breaks none.
    private ValueTask<bool> NextAsync(IAsyncEnumerator<GatewayEvent> steps, Admitted admitted, IGatewayGrain? gateway, HttpResponse response, bool events)
    {
        var next = steps.MoveNextAsync();
        if (next.IsCompleted)
            return next;
        var interval = options.Value.KeepAliveInterval;
        var waiting = WatchAsync(admitted, gateway, next.AsTask());
        return events && interval != TimeSpan.Zero ? KeepAliveWait.ForAsync(waiting.AsTask(), response.Body, interval, time) : waiting;
    }

    private static void WriteHead(HttpContext context, ReplyHead head)
    {
        context.Response.StatusCode = head.Status;
        context.Response.ContentType = head.ContentType;
        AnswerHeaders.Write(context.Response.Headers, head);
        RouteTags.Write(Activity.Current, head.Decision);
    }

    private sealed record Admitted(Admission Admission, RateTicket Ticket)
    {
        public GatewayRequest Request => Admission.Request;
    }
}
