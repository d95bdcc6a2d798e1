using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of a chat completion: one stored entry then serves streamed and plain requests.</remarks>
public sealed class ChatAggregator() : ChunkAggregator("chat.completion")
{
    private static readonly string[] Billed = ["refusal", "reasoning_content", "reasoning"];

    private protected override bool ReadsPlainChunks => true;

    private protected override bool AddText(JsonElement choice, StringBuilder text, StringBuilder rest)
    {
        var isPlain = true;
        if (choice.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object)
        {
            isPlain = CompletionFacts.HasOnlyText(delta);
            if (delta.TryGetProperty("content"u8, out var content) && content.ValueKind == JsonValueKind.String)
            {
                Append(text, content);
            }
            else if (content.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            {
                // A list of parts, say, as reasoning models of Mistral's send: a text without them is another answer.
                isPlain = false;
                rest.Append(content.GetRawText());
            }

            if (!isPlain)
                AddRest(delta, rest);
        }

        // Log probabilities are asked for rarely and cannot be given again chunk by chunk.
        return isPlain && !(choice.TryGetProperty("logprobs", out var logprobs) && logprobs.ValueKind != JsonValueKind.Null);
    }

    /// <summary>Adds what is billed beside the content of a delta or a message.</summary>
    internal static void AddRest(JsonElement delta, StringBuilder rest)
    {
        foreach (var name in Billed)
            rest.Append(CompletionFacts.StringOf(delta, name));
        if (delta.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray())
            {
                AddCall(call, "function", rest);
                AddCall(call, "custom", rest);
            }
        }

        AddCall(delta, "function_call", rest);
    }

    private static void AddCall(JsonElement owner, string name, StringBuilder rest)
    {
        if (owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var call) && call.ValueKind == JsonValueKind.Object)
            rest.Append(CompletionFacts.StringOf(call, "name")).Append(CompletionFacts.StringOf(call, "arguments")).Append(CompletionFacts.StringOf(call, "input"));
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
