using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>Says in OpenAI's shape what is not served. 404 and not 501, which SDKs would ask again.</summary>
internal sealed class UnservedEndpoint(CallerAuthentication callers)
{
    /// <summary><c>/v1/responses/{id}</c> and below: see docs/decisions/2026-11-25-no-stored-responses.md.</summary>
    public Task StoredResponseAsync(HttpContext context) => RefuseAsync(context, new RequestProblem(
        "Stored responses are not served by id: tenants share their provider's account, where an id alone would open another tenant's response. "
        + "Keep the response that you were given; previous_response_id works.",
        "response_id",
        "stored_responses_not_served"));

    public Task UnknownAsync(HttpContext context) =>
        RefuseAsync(context, new RequestProblem($"Unknown request URL: {context.Request.Method} {context.Request.Path}.", null, "unknown_url"));

    private async Task RefuseAsync(HttpContext context, RequestProblem problem)
    {
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = RequestIds.New();
        if (await callers.AuthenticateAsync(context) is not null)
            await ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, problem);
    }
}
