using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Writes an answer as OpenAI's Responses do: one response object with one message.</summary>
internal static class ResponseWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(CompletionAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            var id = answer.Id["chatcmpl-".Length..];
            var cut = answer.FinishReason == "length";
            json.WriteStartObject();
            json.WriteString("id", "resp_" + id);
            json.WriteString("object", "response");
            json.WriteNumber("created_at", answer.Created);
            json.WriteString("status", cut ? "incomplete" : "completed");
            json.WriteNull("error");
            if (cut)
            {
                json.WriteStartObject("incomplete_details");
                json.WriteString("reason", "max_output_tokens");
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("incomplete_details");
            }

            json.WriteNull("instructions");
            json.WriteString("model", answer.Model);
            json.WriteStartArray("output");
            json.WriteStartObject();
            json.WriteString("type", "message");
            json.WriteString("id", "msg_" + id);
            json.WriteString("status", cut ? "incomplete" : "completed");
            json.WriteString("role", "assistant");
            json.WriteStartArray("content");
            json.WriteStartObject();
            json.WriteString("type", "output_text");
            json.WriteString("text", answer.Choices[0]);
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteBoolean("parallel_tool_calls", true);
            json.WriteNull("previous_response_id");
            json.WriteString("tool_choice", "auto");
            json.WriteStartArray("tools");
            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("input_tokens", answer.Usage.PromptTokens);
            json.WriteStartObject("input_tokens_details");
            json.WriteNumber("cached_tokens", answer.Usage.CachedTokens);
            json.WriteEndObject();
            json.WriteNumber("output_tokens", answer.Usage.CompletionTokens);
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("reasoning_tokens", answer.Usage.ReasoningTokens);
            json.WriteEndObject();
            json.WriteNumber("total_tokens", answer.Usage.PromptTokens + answer.Usage.CompletionTokens);
            json.WriteEndObject();
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
