using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.OpenApi;

/// <summary>What the reference says of the endpoints that watch the process.</summary>
internal static class ProcessOperations
{
    private const string Group = "Process";

    public static ApiOperation Live { get; } = new("getLiveness", Group, "The process runs.")
    {
        Access = ApiAccess.Public,
        Replies = [new(200, "It does.", ApiContent.Json(AdminJson.Default.HealthDocument))],
    };

    public static ApiOperation Ready { get; } = new("getReadiness", Group, "Whether requests are served, and which parts are off.")
    {
        Description = "A missing model or a lost store degrades a silo: requests are still served, by the requested model, so the status stays 200. A stand-alone API without a silo answers 503.",
        Access = ApiAccess.Public,
        Replies =
        [
            new(200, "`ready` or `degraded`.", ApiContent.Json(AdminJson.Default.HealthDocument)),
            new(503, "No silo answers.", ApiContent.Json(AdminJson.Default.HealthDocument)),
        ],
    };

    public static ApiOperation Metrics { get; } = new("getMetrics", Group, "Metrics for Prometheus.")
    {
        Access = ApiAccess.Operator,
        Replies = [new(200, "Prometheus' text form.", new ApiContent("text/plain"))],
    };

    public static ApiOperation Reference { get; } = new("getOpenApi", Group, "This document.")
    {
        Access = ApiAccess.Public,
        Replies = [new(200, "OpenAPI 3.1.", ApiContent.Json("OpenApiDocument"))],
    };
}
