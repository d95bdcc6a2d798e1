using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="ITokenCountGrain"/>
/// <remarks>Reentrant: a count that a provider does not answer must not hold up the next.</remarks>
[StatelessWorker, Reentrant]
internal sealed class TokenCountGrain(
    IUpstreamCatalog catalog, RouteLayer router, TenantDirectory tenants, IOptions<QueryGatewayOptions> options, TimeProvider time, ILogger<TokenCountGrain> logger) : Grain, ITokenCountGrain
{
    public async Task<GatewayReply> CountAsync(GatewayRequest request)
    {
        var form = WireForms.Of(request.Form);
        var chat = request.Parsed;
        if ((chat is null && form.Read(request.Body, request.ModelInAddress, out chat) is not null) || tenants.FindPolicy(request.TenantId) is not { } policy)
            return Error(400, "The request cannot be read.", request.ModelInAddress);
        var model = router.BaselineOf(new Query(request, chat!, policy, string.Empty, time.GetTimestamp()));
        if (catalog.Find(model, UpstreamEndpoint.CountTokens) is not { } target)
            return Error(404, $"No provider counts tokens for the model '{model}' here.", model);
        var body = model == chat!.Model ? chat.Body : new RequestBodyEditor(chat).SetModel(model).Apply();
        await using var reply = await target.Upstream.SendAsync(
            new UpstreamRequest(model, body, false, request.RequestId, UpstreamEndpoint.CountTokens) { Headers = request.Headers }, CancellationToken.None);
        if (reply.Failure != UpstreamFailure.None)
        {
            GatewayLog.UpstreamFailed(logger, request.RequestId, target.Upstream.Name, reply.Failure.ToString());
            return Error(reply.Status, reply.FailureMessage ?? "The provider gave no response.", model);
        }

        var read = await PlainBody.ReadAsync(reply.Body, options.Value.MaxReplyBytes, options.Value.IdleStreamTimeout, CancellationToken.None);
        return read.Broken is { } broken
            ? Error(502, broken, model)
            : new GatewayReply { Head = Head(reply.Status, reply.ContentType ?? "application/json", model, [.. reply.Headers]), Body = read.Bytes };

        GatewayReply Error(int status, string message, string? named)
        {
            status = form.StatusOf(status);
            return new GatewayReply { Head = Head(status, "application/json", named ?? string.Empty, []), Body = form.Error(new(status, message, "upstream_error", RequestId: request.RequestId)) };
        }
    }

    private static ReplyHead Head(int status, string contentType, string model, KeyValuePair<string, string>[] headers) => new()
    {
        Status = status,
        ContentType = contentType,
        Headers = headers,
        Decision = new Decision { Cache = HitKind.Bypass, Model = model, RouteReason = nameof(Core.Routing.RouteReason.ExplicitModel) },
    };
}
