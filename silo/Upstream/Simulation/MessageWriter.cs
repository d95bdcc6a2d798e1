using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Writes an answer as Anthropic's Messages do: one message with one block of text.</summary>
internal static class MessageWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Its id.</summary>
    public static string IdOf(CompletionAnswer answer) => "msg_" + answer.Id["chatcmpl-".Length..];

    public static byte[] Write(CompletionAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("id", IdOf(answer));
            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
            json.WriteString("model", answer.Model);
            json.WriteStartArray("content");
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", answer.Choices[0]);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("stop_reason", answer.FinishReason == "length" ? "max_tokens" : "end_turn");
            json.WriteNull("stop_sequence");
            json.WriteStartObject("usage");
            json.WriteNumber("input_tokens", answer.Usage.PromptTokens);
            json.WriteNumber("cache_creation_input_tokens", 0);
            json.WriteNumber("cache_read_input_tokens", 0);
            json.WriteNumber("output_tokens", answer.Usage.CompletionTokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
