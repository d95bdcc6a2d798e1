using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of a chat completion: one stored entry then serves streamed and plain requests.</remarks>
public sealed class ChatAggregator() : ChunkAggregator("chat.completion")
{
    private protected override bool AddText(JsonElement choice, StringBuilder text)
    {
        var isPlain = true;
        if (choice.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object)
        {
            isPlain = CompletionFacts.HasOnlyText(delta);
            if (delta.TryGetProperty("content"u8, out var content) && content.ValueKind == JsonValueKind.String)
                Append(text, content);
        }

        // Log probabilities are asked for rarely and cannot be given again chunk by chunk.
        return isPlain && !(choice.TryGetProperty("logprobs", out var logprobs) && logprobs.ValueKind != JsonValueKind.Null);
    }

    private protected override void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", text);
        json.WriteNull("refusal");
        json.WriteEndObject();
    }
}
