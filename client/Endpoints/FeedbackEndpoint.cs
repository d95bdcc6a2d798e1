using System.Text.Json;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>POST /v1/feedback</c> <c>{"request_id":"req_…","verdict":"right"|"wrong"}</c>: whether a semantic hit was right. Only for the caller's
/// own tenant's recent hits; the first verdict on a hit stands. A wrong one evicts the entry and counts against the promised error rate.
/// </summary>
internal sealed class FeedbackEndpoint(IClusterClient cluster, TenantDirectory tenants)
{
    private const int MostBytes = 4096;
    private const int LongestId = 128;

    public async Task TakeAsync(HttpContext context)
    {
        if (await ApiKeyAuthentication.AuthenticateAsync(context, tenants) is not { } identity)
            return;
        if (await BodyReader.ReadAsync(context.Request, MostBytes, context.RequestAborted) is not { } body)
        {
            await OpenAiError.TooLargeAsync(context, MostBytes);
            return;
        }

        if (Read(body, out var requestId, out var isWrong) is { } problem)
        {
            await OpenAiError.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var receipt = await cluster.GetGrain<IRiskGrain>(identity.TenantId).FeedbackAsync(requestId, isWrong);
        if (receipt.Outcome == FeedbackOutcome.Unknown)
        {
            await OpenAiError.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem(
                "No recent semantic cache hit has this request id.", "request_id", "request_not_found"));
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new { @object = "orleansllm.feedback", request_id = requestId, verdict = receipt.IsWrong ? "wrong" : "right" }, context.RequestAborted);
    }

    private static RequestProblem? Read(byte[] body, out string requestId, out bool isWrong)
    {
        requestId = string.Empty;
        isWrong = false;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return new RequestProblem("The body must be a JSON object.", null, "invalid_json");
            requestId = StringOf(document.RootElement, "request_id") ?? string.Empty;
            if (requestId.Length is 0 or > LongestId)
                return new RequestProblem("'request_id' must be the x-request-id of a response.", "request_id", "invalid_type");
            var verdict = StringOf(document.RootElement, "verdict");
            isWrong = verdict == "wrong";
            return isWrong || verdict == "right" ? null : new RequestProblem("'verdict' must be 'right' or 'wrong'.", "verdict", "invalid_value");
        }
        catch (JsonException)
        {
            return new RequestProblem("The body is not JSON.", null, "invalid_json");
        }
    }

    private static string? StringOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
