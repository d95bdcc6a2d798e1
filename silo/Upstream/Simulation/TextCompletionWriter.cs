using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Writes an answer as OpenAI's legacy text completions do.</summary>
internal static class TextCompletionWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string IdOf(CompletionAnswer answer) => "cmpl-" + answer.Id["chatcmpl-".Length..];

    public static byte[] Write(CompletionAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("id", IdOf(answer));
            json.WriteString("object", "text_completion");
            json.WriteNumber("created", answer.Created);
            json.WriteString("model", answer.Model);
            json.WriteString("system_fingerprint", answer.SystemFingerprint);
            json.WriteStartArray("choices");
            for (var i = 0; i < answer.Choices.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("text", answer.Choices[i]);
                json.WriteNumber("index", i);
                json.WriteNull("logprobs");
                json.WriteString("finish_reason", answer.FinishReason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", answer.Usage.PromptTokens);
            json.WriteNumber("completion_tokens", answer.Usage.CompletionTokens);
            json.WriteNumber("total_tokens", answer.Usage.PromptTokens + answer.Usage.CompletionTokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
