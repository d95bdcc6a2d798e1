using Orleans.Concurrency;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="ICatalogGrain"/>
[StatelessWorker]
internal sealed class CatalogGrain(IUpstreamCatalog catalog) : Grain, ICatalogGrain
{
    private const string OwnedByUs = "orleansllm";

    public ValueTask<CatalogModel[]> ListAsync() => new(
    [
        .. catalog.Models.Select(m => new CatalogModel(m.Id, m.OwnedBy)),
        new CatalogModel(RouteAliases.Auto, OwnedByUs),
        new CatalogModel(RouteAliases.Fast, OwnedByUs),
        new CatalogModel(RouteAliases.Best, OwnedByUs),
    ]);
}
