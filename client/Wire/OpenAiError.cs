using OrleansLlm.Client.Endpoints;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// Errors in the shape that OpenAI's clients read: <c>{"error":{"message","type","param","code"}}</c>; at an address that speaks another form
/// (<see cref="SpokenForm"/>), in that one's.
/// </summary>
internal static class OpenAiError
{
    public static Task WriteAsync(HttpContext context, int status, RequestProblem problem) =>
        WriteAsync(context, status, problem.Message, problem.Param, problem.Code, "invalid_request_error");

    public static Task UnauthorizedAsync(HttpContext context, string scheme = "Bearer")
    {
        context.Response.Headers.WWWAuthenticate = scheme;
        return WriteAsync(context, StatusCodes.Status401Unauthorized, "Missing or incorrect API key.", null, "invalid_api_key", "invalid_request_error");
    }

    public static Task ForbiddenAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "This key may not do that: it takes an operator's.", null, "insufficient_permissions", "invalid_request_error");

    public static Task DeploymentNotFoundAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "The deployment in the address cannot be a model's name.", null, "DeploymentNotFound", "invalid_request_error");

    public static Task TooLargeAsync(HttpContext context, int limit) =>
        WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes.", null, "request_too_large", "invalid_request_error");

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
