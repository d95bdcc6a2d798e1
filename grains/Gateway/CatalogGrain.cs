using Orleans.Concurrency;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="ICatalogGrain"/>
[StatelessWorker]
internal sealed class CatalogGrain(IUpstreamCatalog catalog, RouteProfiles profiles) : Grain, ICatalogGrain
{
    private const string OwnedByUs = "orleansllm";

    public ValueTask<CatalogModel[]> ListAsync() => new(
    [
        .. catalog.Models.Select(m => new CatalogModel(m.Id, m.OwnedBy)),
        new CatalogModel(RouteAliases.Auto, OwnedByUs),
        new CatalogModel(RouteAliases.Fast, OwnedByUs),
        new CatalogModel(RouteAliases.Best, OwnedByUs),
    ]);

    public ValueTask<RoutingSummary> RoutingAsync(string tenantId)
    {
        var profile = profiles.Of(tenantId);
        return new(new RoutingSummary
        {
            Threshold = profile.Threshold,
            Certificate = profile.Certificate is { } c ? new(c.Data, c.TestedRows, c.Routed, c.Misrouted, c.UpperBound, c.Confidence, c.Date) : null,
        });
    }
}
