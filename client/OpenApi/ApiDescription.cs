namespace OrleansLlm.Client.OpenApi;

/// <summary>An operation at one of its addresses; the metadata of an endpoint.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Suffix">Empty at the first address; tells others apart in the operations' ids.</param>
internal sealed record ApiDescription(ApiOperation Operation, string Suffix);

/// <summary>Puts operations on endpoints. An endpoint that the reference leaves out says <c>ExcludeFromDescription</c>.</summary>
internal static class ApiDescriptionExtensions
{
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, ApiOperation operation, string suffix = "") =>
        endpoint.WithMetadata(new ApiDescription(operation, suffix));
}
