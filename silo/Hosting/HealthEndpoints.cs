using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.OpenApi;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Hosting;

/// <summary>
/// <c>/health/live</c>: the process runs, and another start would mend nothing. <c>/health/ready</c>: it serves, and which of its parts are off. A missing model or a lost
/// store degrades it (requests are still served, by the requested model), so the status stays 200. Why, with its paths, is the log's to say: anybody may ask here.
/// </summary>
internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", static (EmbeddedStoreWatch store) => store.IsStuck
            ? Results.Json(new HealthDocument("the embedded store takes no writes"), AdminJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new HealthDocument("live"), AdminJson.Default.HealthDocument)).Describe(ProcessOperations.Live);
        app.MapGet("/health/ready", (InferenceEngine engine, AcceptancePolicySource acceptance, StakesSource stakes, RouteProfiles routes, IConnectionMultiplexer redis) =>
        {
            var degraded = engine.Models.Any(m => !m.Loaded) || acceptance.Policy is null || (stakes.Classifier is null && routes.KeepUp) || !redis.IsConnected;
            return Results.Json(
                new HealthDocument(degraded ? "degraded" : "ready")
                {
                    Store = redis.IsConnected ? "connected" : "disconnected: requests are served uncached",
                    Acceptance = acceptance.Policy is null ? "not loaded" : "loaded",
                    Stakes = stakes.Classifier is null ? "not loaded" : "loaded",
                    Models = [.. engine.Models.Select(static m => new ModelHealth(m.Name, m.Version, m.Loaded, m.ExecutionProvider))],
                },
                AdminJson.Default.HealthDocument);
        }).Describe(ProcessOperations.Ready);
        return app;
    }
}
