using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>Writes a text as the plain chat completion that would have brought it.</summary>
public static class PlainCompletion
{
    // Text stays readable; the bytes are never part of a page.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8 JSON of one choice that ended with <c>stop</c>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="created">When it was made.</param>
    /// <param name="model">The model that answered.</param>
    /// <param name="text">The answer.</param>
    /// <param name="usage">What it used.</param>
    public static byte[] Write(string id, DateTimeOffset created, string model, string text, TokenUsage usage)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "chat.completion");
            json.WriteNumber("created", created.ToUnixTimeSeconds());
            json.WriteString("model", model);
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", text);
            json.WriteEndObject();
            json.WriteString("finish_reason", "stop");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", usage.PromptTokens);
            json.WriteNumber("completion_tokens", usage.CompletionTokens);
            json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
