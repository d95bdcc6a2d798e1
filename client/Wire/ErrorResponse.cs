using OrleansLlm.Client.Endpoints;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// The gateway's own errors, in the shape of the form that the address speaks (<see cref="SpokenForm"/>); by default that which OpenAI's clients read,
/// <c>{"error":{"message","type","param","code"}}</c>.
/// </summary>
internal static class ErrorResponse
{
    public static Task WriteAsync(HttpContext context, int status, RequestProblem problem) =>
        WriteAsync(context, status, problem.Message, problem.Param, problem.Code, "invalid_request_error");

    public static Task UnauthorizedAsync(HttpContext context, string scheme = "Bearer")
    {
        context.Response.Headers.WWWAuthenticate = scheme;
        return WriteAsync(context, StatusCodes.Status401Unauthorized, "Missing or incorrect API key.", null, "invalid_api_key", "invalid_request_error");
    }

    public static Task ForbiddenAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "This key may not do that.", null, "insufficient_permissions", "invalid_request_error");

    public static Task DeploymentNotFoundAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "The deployment in the address cannot be a model's name.", null, "DeploymentNotFound", "invalid_request_error");

    public static Task TooLargeAsync(HttpContext context, int limit) =>
        WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes.", null, "request_too_large", "invalid_request_error");

    public static Task CompressedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status415UnsupportedMediaType, "The body is compressed (content-encoding); send the JSON as it is.", null, "unsupported_content_encoding", "invalid_request_error");

    /// <summary>A request that was not let in; see <see cref="RateLimits.RequestEntry"/>.</summary>
    public static Task RefusedAsync(HttpContext context, WireError refusal) =>
        WriteAsync(context, refusal.Status, refusal.Message, refusal.Param, refusal.Code, refusal.Type);

    /// <summary>More requests than this process works on at once; when to come back stands in the headers.</summary>
    public static Task OverloadedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status429TooManyRequests, "The gateway has too many requests of your organization at once. Please try again later.", null, "rate_limit_exceeded", "requests");

    /// <summary>Something failed here; the message says nothing of what is inside.</summary>
    public static Task ServerErrorAsync(HttpContext context, int status, string message) =>
        WriteAsync(context, status, message, null, null, "server_error");

    private static async Task WriteAsync(HttpContext context, int status, string message, string? param, string? code, string type)
    {
        var form = WireForms.Of(context.GetEndpoint()?.Metadata.GetMetadata<SpokenForm>()?.Form ?? WireForm.ChatCompletions);
        status = form.StatusOf(status);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var requestId = context.Response.Headers[ChatEndpoint.RequestIdHeader].ToString();
        await context.Response.Body.WriteAsync(
            form.Error(new WireError(status, message, type, code, param, requestId.Length > 0 ? requestId : null)), context.RequestAborted);
    }
}
