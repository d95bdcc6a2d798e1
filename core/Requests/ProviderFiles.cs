using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>Finds what a request names by an id that only one provider knows: uploaded files, stores of them, spoken answers.</summary>
internal static class ProviderFiles
{
    /// <summary>Whether a body names any.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="root">The same, parsed.</param>
    public static bool AreNamedIn(ReadOnlySpan<byte> body, JsonElement root) =>
        // Nearly no request does, and the bytes show that at once.
        (body.IndexOf("\"file_id"u8) >= 0 || body.IndexOf("\"vector_store_ids\""u8) >= 0 || body.IndexOf("\"audio\""u8) >= 0) && Within(root);

    private static bool Within(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(static p => IsName(p) || Within(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Within),
        _ => false,
    };

    private static bool IsName(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.NameEquals("file_id") && property.Value.GetString()!.Length > 0,
        JsonValueKind.Array => (property.NameEquals("file_ids") || property.NameEquals("vector_store_ids")) && property.Value.GetArrayLength() > 0,
        // {"role":"assistant","audio":{"id":"audio_…"}}: an earlier answer that is spoken.
        JsonValueKind.Object => property.NameEquals("audio") && property.Value.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String,
        _ => false,
    };
}
