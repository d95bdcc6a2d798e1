using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>The checked-in description against what is really served and read.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task Read_Document_NamesTheAddressesThatAreServed()
    {
        await using var gateway = await GatewayProcess.StartAsync(GatewayFixture.Tenants());
        // Without a key: it tells nothing of this deployment.
        var document = await (await gateway.Http.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken)).JsonAsync();
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Where(m => m.Name != "parameters").Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}")).Order().ToList();
        var served = gateway.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/admin/v1/keys", StringComparison.Ordinal) || e.RoutePattern.RawText.StartsWith("/admin/v1/budgets", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}")).Distinct().Order().ToList();
        Assert.Equal(served, described);
    }

    [Theory]
    [InlineData("KeyRequest")]
    [InlineData("KeyRotation")]
    [InlineData("Key")]
    [InlineData("KeyList")]
    public void Schema_Properties_AreThoseThatAreReadAndWritten(string schema)
    {
        JsonTypeInfo type = schema switch
        {
            "KeyRequest" => AdminJson.Default.KeyRequest,
            "KeyRotation" => AdminJson.Default.KeyRotation,
            "Key" => AdminJson.Default.KeyDocument,
            _ => AdminJson.Default.KeyList,
        };
        var described = JsonNode.Parse(OpenApiEndpoint.Document)!["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(static p => p.Key).Order();
        Assert.Equal(type.Properties.Select(static p => p.Name).Order(), described);
    }
}
