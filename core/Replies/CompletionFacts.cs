using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>What the gateway needs to know of an answer: what it used and whether it may be given again.</summary>
/// <param name="Model">The model that says it answered; null where the answer names none.</param>
/// <param name="Usage">The provider's own counts; null where it gave none.</param>
/// <param name="Text">All choices' text, for counting tokens where the usage is missing.</param>
/// <param name="IsCacheable">
/// Every choice ended with <c>stop</c>, holds text, and holds nothing else: no refusal, tool call, filter result or part unknown here.
/// </param>
public sealed record CompletionFacts(string? Model, TokenUsage? Usage, string Text, bool IsCacheable)
{
    /// <summary>Reads a plain (not streamed) chat completion, text completion, response or message; null where the bytes are none.</summary>
    public static CompletionFacts? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (ResponsesFacts.Is(root))
                return ResponsesFacts.Read(root);
            if (MessagesFacts.Is(root))
                return MessagesFacts.Read(root);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
                return null;
            var cacheable = choices.GetArrayLength() > 0;
            var text = string.Empty;
            System.Text.StringBuilder? texts = null;
            foreach (var choice in choices.EnumerateArray())
            {
                cacheable &= choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String && reason.GetString() == "stop";
                if (CompletionText.Is(root))
                {
                    cacheable &= CompletionText.IsPlain(choice);
                    Append(StringOf(choice, "text"));
                    continue;
                }

                if (!choice.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
                    return null;
                cacheable &= HasOnlyText(message);
                if (message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String)
                    Append(content.GetString());
                else
                    cacheable = false;
            }

            cacheable &= text.Length > 0 && !root.TryGetProperty("error", out _);
            return new CompletionFacts(StringOf(root, "model"), UsageReader.Read(root), texts?.ToString() ?? text, cacheable);

            // One choice as a rule, whose text is joined to nothing.
            void Append(string? more)
            {
                if (text.Length == 0)
                    text = more ?? string.Empty;
                else
                    (texts ??= new(text)).Append(more);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a message or delta holds a text and nothing that cannot be given again faithfully.</summary>
    internal static bool HasOnlyText(JsonElement message)
    {
        foreach (var property in message.EnumerateObject())
        {
            if (property.NameEquals("role"u8) || property.NameEquals("content"u8))
                continue;
            if (property.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 0)
                continue;
            return false;
        }

        return true;
    }

    internal static string? StringOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
