using System.Net;
using Microsoft.Extensions.Primitives;
using OrleansLlm.Client.RateLimits;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>
/// Answers chat completions from the cluster's grains in the place of an HTTP connection. The key is checked by a silo; the limits that come with it are
/// kept here, as an API process keeps them.
/// </summary>
/// <param name="cluster">The application's.</param>
/// <param name="rates">Its own; disposed with this.</param>
internal sealed class ClusterHandler(IClusterClient cluster, RateLimiter rates) : HttpMessageHandler
{
    private const string Path = "/v1/chat/completions";

    private readonly RequestEntry _entry = new(rates);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var requestId = "req_" + Guid.CreateVersion7().ToString("N");
        if (request.Method != HttpMethod.Post || request.RequestUri?.AbsolutePath != Path || request.Content is null)
            return Refuse(requestId, 404, new RequestProblem("Only chat completions are served without HTTP.", null, "not_found"));
        var known = await cluster.GetGrain<IAdmissionGrain>(0).AdmitAsync(request.Headers.Authorization?.Parameter ?? string.Empty);
        var headers = new HeaderDictionary();
        if (known.IsUnknown)
        {
            headers["retry-after"] = "1";
            return Refuse(requestId, new WireError(StatusCodes.Status503ServiceUnavailable, "Keys cannot be checked now; try again.", "server_error"), headers);
        }

        if (known.Caller is not { } caller)
            return Refuse(requestId, 401, new RequestProblem("Missing or incorrect API key.", null, "invalid_api_key"));
        if (ControlHeaders.Read(new HeaderDictionary(request.Headers.ToDictionary(static h => h.Key, static h => new StringValues([.. h.Value]), StringComparer.OrdinalIgnoreCase)), out var controls) is { } wrongHeader)
            return Refuse(requestId, 400, wrongHeader);
        var body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
        if (WireForms.Of(WireForm.ChatCompletions).Read(body, null, out var chat) is { } problem)
            return Refuse(requestId, 400, problem);
        var (ticket, refusal) = await _entry.EnterAsync(
            caller.TenantId, caller.Caller, [.. caller.RateLimits.Select(static l => l.ToLimit())], chat!.Model, chat.OtherModels, TokenEstimate.Of(chat), headers);
        if (refusal is not null)
            return Refuse(requestId, refusal, headers);

        // Enough for the partition: what the layers may do is read by the silo that serves it.
        var policy = new TenantPolicy
        {
            TenantId = caller.TenantId,
            CacheEpoch = caller.CacheEpoch,
            IgnoreContext = caller.IgnoreContext,
            Cache = LayerMode.Off,
            Routing = LayerMode.Off,
            Compression = LayerMode.Off,
            CacheTimeToLive = TimeSpan.Zero,
        };
        var admission = Admission.Of(requestId, policy, chat, body, null, controls, caller.Caller);
        try
        {
            return chat.Stream ? await StreamAsync(admission, ticket, headers, cancellationToken) : await CompleteAsync(admission, ticket, headers, cancellationToken);
        }
        catch
        {
            ticket.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            rates.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> CompleteAsync(Admission admission, RateTicket ticket, HeaderDictionary headers, CancellationToken cancellationToken)
    {
        var reply = await admission.AskAsync(key => new(cluster.GetGrain<IGatewayGrain>(key).CompleteAsync(admission.Request, cancellationToken)));
        ticket.Correct(reply.Head.Decision.TokensBilled);
        ticket.Dispose();
        return Response(admission.Request.RequestId, reply.Head, headers, new ByteArrayContent(reply.Body));
    }

    // The ticket goes over to the stream that is handed on.
    private async Task<HttpResponseMessage> StreamAsync(Admission admission, RateTicket ticket, HeaderDictionary headers, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            // Outlives this call: the stream is read after it.
            var stop = new CancellationTokenSource();
            var events = cluster.GetGrain<IGatewayGrain>(admission.KeyOf(attempt)).StreamAsync(admission.Request, stop.Token).GetAsyncEnumerator(stop.Token);
            var stream = new GatewayEventStream(events, stop);
            try
            {
                await using var cancelled = cancellationToken.Register(static s => ((CancellationTokenSource)s!).Cancel(), stop);
                if (!await events.MoveNextAsync() || events.Current.Head is not { } head)
                    throw new HttpRequestException("The cluster gave no answer.");
                if (!events.Current.IsLeaving || attempt == GatewayKey.StandIns)
                {
                    stream.Ticket = ticket;
                    return Response(admission.Request.RequestId, head, headers, new StreamContent(stream));
                }
            }
            catch
            {
                await stream.DisposeAsync();
                throw;
            }

            await stream.DisposeAsync();
        }
    }

    private static HttpResponseMessage Refuse(string requestId, int status, RequestProblem problem) =>
        Refuse(requestId, new WireError(status, problem.Message, "invalid_request_error", problem.Code, problem.Param), new HeaderDictionary());

    private static HttpResponseMessage Refuse(string requestId, WireError error, HeaderDictionary headers) => Response(
        requestId, error.Status, "application/json", headers, new ByteArrayContent(WireForms.Of(WireForm.ChatCompletions).Error(error with { RequestId = requestId })));

    private static HttpResponseMessage Response(string requestId, ReplyHead head, HeaderDictionary headers, HttpContent content)
    {
        AnswerHeaders.Write(headers, head);
        return Response(requestId, head.Status, head.ContentType, headers, content);
    }

    private static HttpResponseMessage Response(string requestId, int status, string contentType, HeaderDictionary headers, HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Headers.TryAddWithoutValidation("x-request-id", requestId);
        foreach (var (name, values) in headers)
            response.Headers.TryAddWithoutValidation(name, [.. values.Select(static v => v ?? string.Empty)]);
        return response;
    }
}
