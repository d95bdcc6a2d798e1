using System.Text.Json.Serialization;
using System.Text.Json;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Routing;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>POST /v1/feedback</c> <c>{"request_id","verdict":"right"|"wrong"}</c>: what the caller thinks of an answer from the cache or a cheaper tier. A cached answer
/// called wrong is not given again, anywhere, once this returns. Only for the caller's own tenant.
/// </summary>
internal sealed class FeedbackEndpoint(IClusterClient cluster, CallerAuthentication callers, TimeProvider time, ILogger<FeedbackEndpoint> logger)
{
    private const int LargestBody = 4096;

    public async Task JudgeAsync(HttpContext context)
    {
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return;
        if (await BodyReader.ReadAsync(context, LargestBody) is not { } body)
            return;

        if (Read(body, out var requestId, out var isWrong) is { } problem)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        HitVerdictOutcome outcome;
        bool isRoute;
        try
        {
            (outcome, isRoute) = await JudgeAsync(identity.TenantId, requestId, isWrong);
            if (outcome == HitVerdictOutcome.Unknown)
            {
                // The answer may be younger than what its silo has told.
                await Task.Delay(IFeedbackGrain.KnownAfter, time, context.RequestAborted);
                (outcome, isRoute) = await JudgeAsync(identity.TenantId, requestId, isWrong);
            }
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            ApiLog.InvalidationFailed(logger, e, identity.TenantId);
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The answer could not be forgotten: the store is out of reach. Try again.");
            return;
        }

        if (outcome == HitVerdictOutcome.Unknown)
        {
            await ErrorResponse.WriteAsync(
                context, StatusCodes.Status404NotFound,
                new RequestProblem("No answer from the cache or a cheaper tier is remembered for this request: it had none, or it is too long ago.", "request_id", "request_not_found"));
            return;
        }

        if (isWrong && !isRoute && outcome == HitVerdictOutcome.Taken)
            await Task.Delay(IInvalidationGrain.HoldsAfter, time, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new FeedbackDocument(requestId, isWrong ? "wrong" : "right"), AdminJson.Default.FeedbackDocument, cancellationToken: context.RequestAborted);
    }

    private async Task<(HitVerdictOutcome Outcome, bool IsRoute)> JudgeAsync(string tenant, string requestId, bool isWrong)
    {
        var ofHit = await cluster.GetGrain<IFeedbackGrain>(tenant).JudgeAsync(requestId, isWrong);
        return ofHit == HitVerdictOutcome.Unknown ? (await cluster.GetGrain<IRouteEvidenceGrain>(tenant).JudgeAsync(requestId, isWrong), true) : (ofHit, false);
    }

    private static RequestProblem? Read(byte[] body, out string requestId, out bool isWrong)
    {
        (requestId, isWrong) = (string.Empty, false);
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new("The body must be a JSON object.", null, "invalid_type");
            if (!root.TryGetProperty("request_id", out var id) || id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 and <= 128 } text)
                return new("'request_id' must be the x-request-id of an answer.", "request_id", "invalid_type");
            if (!root.TryGetProperty("verdict", out var verdict) || verdict.ValueKind != JsonValueKind.String || verdict.GetString() is not ("right" or "wrong"))
                return new("'verdict' must be 'right' or 'wrong'.", "verdict", "invalid_type");
            requestId = text;
            isWrong = verdict.GetString() == "wrong";
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new("We could not parse the JSON body of your request.", null, "invalid_json");
        }
    }
}

/// <summary>A verdict that was counted.</summary>
/// <param name="RequestId">The answer's <c>x-request-id</c>.</param>
/// <param name="Verdict"><c>right</c> or <c>wrong</c>.</param>
internal sealed record FeedbackDocument(string RequestId, string Verdict)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "orleansllm.feedback";
}
