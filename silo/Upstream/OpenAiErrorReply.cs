using System.Text.Json;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>A reply with OpenAI's error object, for what is refused before it goes out.</summary>
internal static class OpenAiErrorReply
{
    public static UpstreamReply Create(
        int status, string message, string type, string? code = null, string? param = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null) =>
        new(
            status,
            headers ?? [],
            "application/json",
            new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type, param, code } }), writable: false));
}
