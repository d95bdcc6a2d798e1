using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// What looks at the gateway and manages it (all but the applications' own calls, which tell their failures themselves) answers in the API's shape where
/// the cluster fails, and not with an empty 500.
/// </summary>
internal static class FailureResponse
{
    public static void UseFailureResponse(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FailureResponse));
        app.UseWhen(
            static context => !HttpMethods.IsPost(context.Request.Method) || context.Request.Path.StartsWithSegments("/admin"),
            branch => branch.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                catch (Exception e) when (e is not BadHttpRequestException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
                {
                    var requestId = context.Response.Headers[ChatEndpoint.RequestIdHeader];
                    ApiLog.GatewayFailed(logger, e, requestId.ToString());
                    // What was set for the answer that did not come.
                    context.Response.Clear();
                    context.Response.Headers[ChatEndpoint.RequestIdHeader] = requestId;
                    await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The gateway is not available; try again.");
                }
            }));
    }
}
