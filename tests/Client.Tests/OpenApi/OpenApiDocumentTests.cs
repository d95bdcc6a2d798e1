using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.OpenApi;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.OpenApi;

/// <summary>The API reference, as a document and as a page, against the endpoints.</summary>
public sealed class OpenApiDocumentTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    /// <summary>Set to 1, it lets the tests write the document and the page anew.</summary>
    private const string Update = "ORLEANSLLM_UPDATE_DOCS";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Orleans' own dashboard describes itself.
    private List<RouteEndpoint> Endpoints =>
        [.. fixture.Gateway.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(static e => !e.RoutePattern.RawText!.StartsWith("/orleans", StringComparison.Ordinal)).Distinct()];

    [Fact]
    public async Task Document_Endpoints_TellTheSame()
    {
        var (json, uncommented) = OpenApiWriter.Write(Endpoints);
        await CheckAsync("client/OpenApi/v1.json", json);
        Assert.Empty(uncommented);
    }

    [Fact]
    public async Task Page_Document_TellsTheSame() => await CheckAsync("docs/api.md", ApiPage.Of(OpenApiWriter.Write(Endpoints).Json));

    [Fact]
    public void Endpoints_EachRoute_IsDescribedOrSaysThatItIsNot() => Assert.All(Endpoints, static endpoint => Assert.True(
        endpoint.Metadata.GetMetadata<ApiDescription>() is not null ^ endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not null,
        $"{endpoint.RoutePattern.RawText}: Describe it, or ExcludeFromDescription"));

    [Fact]
    public async Task Read_ServedDocument_IsValidOpenApiWithExactlyTheServedAddresses()
    {
        // Without a key: it tells nothing of this deployment.
        var json = await fixture.Gateway.Http.GetStringAsync("/openapi/v1.json", Cancelled);
        var read = OpenApiDocument.Parse(json, OpenApiConstants.Json);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        var described = read.Document!.Paths.SelectMany(static p => p.Value.Operations!.Select(o => $"{o.Key.Method} {p.Key}")).Order(StringComparer.Ordinal);
        var served = Endpoints.Where(static e => e.Metadata.GetMetadata<ApiDescription>() is not null)
            .SelectMany(static e => OpenApiWriter.MethodsOf(e).Select(m => $"{m.ToUpperInvariant()} {OpenApiWriter.PathOf(e)}")).Order(StringComparer.Ordinal);
        Assert.Equal(served, described);
        var ids = read.Document.Paths.SelectMany(static p => p.Value.Operations!.Values.Select(static o => o.OperationId)).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static async Task CheckAsync(string file, string text)
    {
        var path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(path, text, Cancelled);
        Assert.True(
            text == await File.ReadAllTextAsync(path, Cancelled), $"{file} is not what the endpoints say. Run these tests with {Update}=1, build, and commit it.");
    }
}
