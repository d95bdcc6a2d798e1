using System.Text.Json;

namespace OrleansLlm.Core.Routing;

/// <summary>Reads from an error whether it is one that another model may not have.</summary>
public static class FallbackTrigger
{
    private static readonly HashSet<string> ContextWindowCodes = new(StringComparer.OrdinalIgnoreCase) { "context_length_exceeded", "string_above_max_length" };

    private static readonly HashSet<string> ContentFilterCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation",
    };

    // Servers without such codes (vLLM, Anthropic, llama.cpp, xAI) say it in words only.
    private static readonly string[] ContextWindowWords =
        ["maximum context length", "context window", "prompt is too long", "exceed context limit", "available context size", "maximum prompt length"];

    /// <summary>Whether a status alone says that the provider cannot answer now.</summary>
    public static bool IsOutage(int status) => status is 408 or 429 or 500 or 502 or 503 or 504 or 529;

    /// <summary>Whether the error's body must be read to know.</summary>
    public static bool IsRefusal(int status) => status is 400 or 413 or 422;

    /// <summary>The reason behind a refusal; null where it is the caller's own mistake.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">The error's body.</param>
    public static FallbackReason? OfRefusal(int status, ReadOnlyMemory<byte> body)
    {
        if (!IsRefusal(status))
            return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var error = document.RootElement.TryGetProperty("error", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : document.RootElement;
            var code = Text(error, "code");
            var inner = error.TryGetProperty("innererror", out var cause) && cause.ValueKind == JsonValueKind.Object ? Text(cause, "code") : null;
            if (Is(code, ContentFilterCodes) || Is(inner, ContentFilterCodes))
                return FallbackReason.ContentFilter;
            if (Is(code, ContextWindowCodes))
                return FallbackReason.ContextWindow;
            // xAI's error is its message.
            return (Text(error, "message") ?? Text(error, "error")) is { } message && Array.Exists(ContextWindowWords, w => message.Contains(w, StringComparison.OrdinalIgnoreCase))
                ? FallbackReason.ContextWindow
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Is(string? code, HashSet<string> codes) => code is not null && codes.Contains(code);

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
