using System.Net.Mime;
using System.Text.Json.Serialization.Metadata;

namespace OrleansLlm.Client.OpenApi;

/// <summary>A body: of a type that is read or written here, or of a schema of <c>bodies.json</c> where the bytes are passed on.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Type">The type; null for a schema or plain text.</param>
/// <param name="Schema">The schema's name; null for a type or plain text.</param>
internal sealed record ApiContent(string MediaType, JsonTypeInfo? Type = null, string? Schema = null)
{
    public static ApiContent Json(JsonTypeInfo type) => new(MediaTypeNames.Application.Json, type);

    public static ApiContent Json(string schema) => new(MediaTypeNames.Application.Json, Schema: schema);
}

/// <summary>A reply that is no error.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Description">When it comes and what it is.</param>
/// <param name="Contents">Its forms; none for an empty one.</param>
internal sealed record ApiReply(int Status, string Description, params ApiContent[] Contents);
