using Microsoft.Extensions.Options;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.RateLimits;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>POST /v1/embeddings</c>: answered from the cache where the same was asked before, ledgered, and else passed on byte for byte.</summary>
internal sealed class EmbeddingsEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants, OverloadGate gate, RequestEntry entry, IOptions<ApiOptions> options, SiloWatch watch, ILogger<EmbeddingsEndpoint> logger)
{
    public async Task EmbedAsync(HttpContext context, string? deployment)
    {
        var requestId = RequestIds.New();
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = requestId;
        if (await callers.AuthenticateAsync(context) is not { } identity || await gate.EnterAsync(context, identity.TenantId) is not { } stay)
            return;
        using var inside = stay;
        if (deployment is not null && !DeploymentName.IsValid(deployment))
        {
            await ErrorResponse.DeploymentNotFoundAsync(context);
            return;
        }

        if (ControlHeaders.Read(context.Request.Headers, out var controls) is { } wrongHeader)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, wrongHeader);
            return;
        }

        if (await BodyReader.ReadAsync(context, options.Value.MaxBodyBytes, stay.Body) is not { } body)
            return;

        if (EmbeddingsRequestReader.Read(body, deployment, out var request) is { } problem)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var caller = tenants.CallerOf(identity);
        var (ticket, refusal) = await entry.EnterAsync(identity.TenantId, caller, tenants.RateLimitsOf(identity), request!.Model, [], TokenEstimate.Of(request), context.Response.Headers);
        using var until = ticket;
        if (refusal is not null)
        {
            await ErrorResponse.RefusedAsync(context, refusal);
            return;
        }

        var (partition, fingerprint) = request.Identify(identity.TenantId, controls.CacheNamespace, tenants.PolicyOf(identity.TenantId).CacheEpoch);
        var call = new EmbeddingsCall
        {
            RequestId = requestId,
            TenantId = identity.TenantId,
            Body = body,
            ModelInAddress = deployment,
            Partition = partition,
            Fingerprint = fingerprint,
            Controls = controls,
            Caller = caller,
        };
        try
        {
            var embedder = cluster.GetGrain<IEmbeddingsGrain>(call.GrainKey);
            var reply = await watch.WaitAsync(embedder.EmbedAsync(call, context.RequestAborted), embedder, requestId);
            ticket.Correct(reply.Head.Decision.TokensBilled);
            context.Response.StatusCode = reply.Head.Status;
            context.Response.ContentType = reply.Head.ContentType;
            AnswerHeaders.Write(context.Response.Headers, reply.Head);
            context.Response.ContentLength = reply.Body.Length;
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; the call goes on for whoever asks next.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            ApiLog.GatewayFailed(logger, e, requestId);
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The gateway is not available; try again.");
        }
    }
}
