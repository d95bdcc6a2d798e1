using System.Net.Mime;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /openapi/v1.json</c>: the administration of keys and budgets as OpenAPI 3.1. Anybody may read it; it says nothing of this deployment.</summary>
internal static class OpenApiEndpoint
{
    private const string Resource = "OrleansLlm.Client.OpenApi.v1.json";

    /// <summary>The document, UTF-8 JSON.</summary>
    public static byte[] Document { get; } = Load();

    public static async Task ReadAsync(HttpContext context)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = Document.Length;
        await context.Response.Body.WriteAsync(Document, context.RequestAborted);
    }

    private static byte[] Load()
    {
        using var stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The resource {Resource} is missing from the build.");
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }
}
