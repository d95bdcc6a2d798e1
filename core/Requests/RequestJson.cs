using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>Parses bodies of requests as deep as they may be, which is deeper than a parser goes by itself.</summary>
public static class RequestJson
{
    /// <summary>Deeper JSON is refused; the public clients stay under 32.</summary>
    public const int DeepestNesting = 128;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DeepestNesting };

    /// <summary>The document; to be disposed.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <exception cref="JsonException">It is none, or too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(body, Strict);
}
