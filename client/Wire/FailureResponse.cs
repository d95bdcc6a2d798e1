using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// What no endpoint has told itself is answered in the API's shape, and not with an empty 500: what looks at the gateway and manages it where the
/// cluster fails, and the applications' own calls before they are let in.
/// </summary>
internal static class FailureResponse
{
    public static void UseFailureResponse(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FailureResponse));
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (e is not BadHttpRequestException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                var (requestId, anthropicRequestId) = (context.Response.Headers[ChatEndpoint.RequestIdHeader], context.Response.Headers[ChatEndpoint.AnthropicRequestIdHeader]);
                ApiLog.GatewayFailed(logger, e, requestId.ToString());
                // What was set for the answer that did not come.
                context.Response.Clear();
                (context.Response.Headers[ChatEndpoint.RequestIdHeader], context.Response.Headers[ChatEndpoint.AnthropicRequestIdHeader]) = (requestId, anthropicRequestId);
                await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The gateway is not available; try again.");
            }
        });
    }
}
