using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>Reads OpenAI's <c>usage</c> object with its details.</summary>
internal static class UsageReader
{
    /// <summary>The usage in <paramref name="root"/>, or null where there is none or it holds no counts.</summary>
    public static TokenUsage? Read(JsonElement root) => Read(root, "prompt", "completion");

    /// <summary>The same in the spelling of the Responses form.</summary>
    public static TokenUsage? ReadResponses(JsonElement root) => Read(root, "input", "output");

    private static TokenUsage? Read(JsonElement root, string sent, string answered)
    {
        if (!root.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return null;
        if (Count(usage, sent + "_tokens") is not { } prompt)
            return null;
        var cached = 0;
        var written = 0;
        var reasoning = 0;
        if (usage.TryGetProperty(sent + "_tokens_details", out var details) && details.ValueKind == JsonValueKind.Object)
        {
            cached = Count(details, "cached_tokens") ?? 0;
            written = Count(details, "cache_write_tokens") ?? 0;
        }

        if (usage.TryGetProperty(answered + "_tokens_details", out details) && details.ValueKind == JsonValueKind.Object)
            reasoning = Count(details, "reasoning_tokens") ?? 0;
        return new TokenUsage(prompt, Count(usage, answered + "_tokens") ?? 0, cached, written, reasoning);
    }

    private static int? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0 ? count : null;
}
