using System.Net;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>Answers chat completions from the cluster's grains in the place of an HTTP connection. The key is checked by a silo, as over HTTP.</summary>
internal sealed class ClusterHandler(IClusterClient cluster) : HttpMessageHandler
{
    private const string Path = "/v1/chat/completions";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var requestId = "req_" + Guid.CreateVersion7().ToString("N");
        if (request.Method != HttpMethod.Post || request.RequestUri?.AbsolutePath != Path || request.Content is null)
            return Refuse(requestId, 404, new RequestProblem("Only chat completions are served without HTTP.", null, "not_found"));
        if (await cluster.GetGrain<IAdmissionGrain>(0).AuthenticateAsync(request.Headers.Authorization?.Parameter ?? string.Empty) is not { } caller)
            return Refuse(requestId, 401, new RequestProblem("Missing or incorrect API key.", null, "invalid_api_key"));
        if (ControlHeaders.Read(new HeaderDictionary(request.Headers.ToDictionary(static h => h.Key, static h => new Microsoft.Extensions.Primitives.StringValues([.. h.Value]), StringComparer.OrdinalIgnoreCase)), out var controls) is { } wrongHeader)
            return Refuse(requestId, 400, wrongHeader);
        var body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
        if (WireForms.Of(WireForm.ChatCompletions).Read(body, null, out var chat) is { } problem)
            return Refuse(requestId, 400, problem);

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
        var admission = Admission.Of(requestId, policy, chat!, body, null, controls, caller.Caller);
        return chat!.Stream ? await StreamAsync(admission, cancellationToken) : await CompleteAsync(admission, cancellationToken);
    }

    private async Task<HttpResponseMessage> CompleteAsync(Admission admission, CancellationToken cancellationToken)
    {
        var reply = await admission.AskAsync(key => new(cluster.GetGrain<IGatewayGrain>(key).CompleteAsync(admission.Request, cancellationToken)));
        return Response(admission.Request.RequestId, reply.Head, new ByteArrayContent(reply.Body));
    }

    private async Task<HttpResponseMessage> StreamAsync(Admission admission, CancellationToken cancellationToken)
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
                    return Response(admission.Request.RequestId, head, new StreamContent(stream));
            }
            catch
            {
                await stream.DisposeAsync();
                throw;
            }

            await stream.DisposeAsync();
        }
    }

    private static HttpResponseMessage Refuse(string requestId, int status, RequestProblem problem)
    {
        var error = WireForms.Of(WireForm.ChatCompletions).Error(new WireError(status, problem.Message, "invalid_request_error", problem.Code, problem.Param, requestId));
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(error) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        response.Headers.TryAddWithoutValidation("x-request-id", requestId);
        return response;
    }

    private static HttpResponseMessage Response(string requestId, ReplyHead head, HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)head.Status) { Content = content };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", head.ContentType);
        response.Headers.TryAddWithoutValidation("x-request-id", requestId);
        var headers = new HeaderDictionary();
        AnswerHeaders.Write(headers, head);
        foreach (var (name, values) in headers)
            response.Headers.TryAddWithoutValidation(name, [.. values.Select(static v => v ?? string.Empty)]);
        return response;
    }
}
