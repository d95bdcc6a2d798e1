using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Replies;

/// <summary>What the gateway needs to know of an answer: what it used and whether it may be given again.</summary>
/// <param name="Model">The model that says it answered; null where the answer names none.</param>
/// <param name="Usage">The provider's own counts; null where it gave none.</param>
/// <param name="IsCacheable">
/// Every choice ended with <c>stop</c>, holds text, and holds nothing else: no refusal, tool call, filter result or part unknown here.
/// </param>
public sealed record CompletionFacts(string? Model, TokenUsage? Usage, bool IsCacheable)
{
    private string? _text;

    private ReadOnlyMemory<byte> _utf8;

    private string? _rest;

    /// <summary>All choices' text, for counting tokens where the usage is missing. Made when it is first asked for.</summary>
    public string Text
    {
        get => _text ??= Encoding.UTF8.GetString(_utf8.Span);
        init => _text = value;
    }

    /// <summary>The same and what is billed like it (reasoning, refusals, tools' arguments), of a chat completion without counts.</summary>
    public string Written => Text + _rest;

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
            var usage = UsageReader.Read(root);
            var rest = usage is null ? new StringBuilder() : null;
            var text = string.Empty;
            StringBuilder? texts = null;
            var isAlone = choices.GetArrayLength() == 1;
            ReadOnlyMemory<byte> utf8 = default;
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
                if (rest is not null)
                    ChatAggregator.AddRest(message, rest);
                if (message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String)
                {
                    if (isAlone && IsPlain(JsonMarshal.GetRawUtf8Value(content)))
                        utf8 = body[(JsonSpan.Of(body, content).Start + 1)..(JsonSpan.Of(body, content).End - 1)];
                    else
                        Append(content.GetString());
                }
                else
                    cacheable = false;
            }

            cacheable &= text.Length + utf8.Length > 0 && !root.TryGetProperty("error", out _);
            return new CompletionFacts(StringOf(root, "model"), usage, cacheable) { _text = utf8.IsEmpty ? texts?.ToString() ?? text : null, _utf8 = utf8, _rest = rest?.ToString() };

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

    // Whether a string is written as it is, so that its text can be made later.
    private static bool IsPlain(ReadOnlySpan<byte> raw) => !raw.Contains((byte)'\\') && Utf8.IsValid(raw);

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
