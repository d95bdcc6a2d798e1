namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Routing</c>: the ladder of models behind <c>auto</c>, for every tenant that has none of its own.</summary>
public sealed class RoutingOptions : RouteOptions
{
    /// <value>By tenant; what stands here replaces the general settings as a whole. Default: none.</value>
    public IDictionary<string, RouteOptions> Tenants { get; } = new Dictionary<string, RouteOptions>(StringComparer.Ordinal);
}
