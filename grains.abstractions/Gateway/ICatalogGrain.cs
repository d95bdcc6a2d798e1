namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What this cluster can answer with. A stateless worker: every silo knows its providers.</summary>
[Alias("orleansllm.catalog.v1")]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Models and aliases a caller may name.</summary>
    [Alias("models")]
    ValueTask<CatalogModel[]> ListAsync();

    /// <summary>How a tenant's requests are routed.</summary>
    [Alias("routing")]
    ValueTask<RoutingSummary> RoutingAsync(string tenantId);
}

/// <param name="Id">What to write into <c>model</c>.</param>
/// <param name="OwnedBy">The provider's name; <c>orleansllm</c> for an alias.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.catalog.model.v1")]
public readonly record struct CatalogModel([property: Id(0)] string Id, [property: Id(1)] string OwnedBy);
