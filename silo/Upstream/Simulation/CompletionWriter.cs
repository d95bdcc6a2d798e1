using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Writes an answer as OpenAI does, field by field: one JSON object, or server-sent events.</summary>
internal static class CompletionWriter
{
    // Text stays readable; the bytes are never part of a page.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Done { get; } = "data: [DONE]\n\n"u8.ToArray();

    /// <summary>The answer to a plain request.</summary>
    public static byte[] Plain(CompletionAnswer answer) => Write(static (json, a) =>
    {
        WriteHead(json, a, "chat.completion");
        json.WriteStartArray("choices");
        for (var i = 0; i < a.Choices.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", a.Choices[i]);
            json.WriteNull("refusal");
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", a.FinishReason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        WriteUsage(json, a.Usage);
        json.WriteEndObject();
    }, answer);

    /// <summary>The answer to a streamed request: role, content and finish for each choice, usage where asked for, <c>[DONE]</c>.</summary>
    /// <param name="answer">What to write.</param>
    /// <param name="pieces">Splits a choice's text into the deltas' contents.</param>
    /// <param name="includeUsage">As in <c>stream_options</c>: a last chunk with usage, and <c>usage: null</c> in the others.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Stream(CompletionAnswer answer, Func<string, IEnumerable<string>> pieces, bool includeUsage)
    {
        for (var i = 0; i < answer.Choices.Count; i++)
        {
            yield return Chunk(answer, i, role: true, content: "", finished: false, includeUsage);
            foreach (var piece in pieces(answer.Choices[i]))
                yield return Chunk(answer, i, role: false, piece, finished: false, includeUsage);
            yield return Chunk(answer, i, role: false, content: null, finished: true, includeUsage);
        }

        if (includeUsage)
            yield return UsageChunk(answer);
        yield return Done;
    }

    private static byte[] Chunk(CompletionAnswer answer, int index, bool role, string? content, bool finished, bool includeUsage) =>
        Event(static (json, s) =>
        {
            WriteHead(json, s.answer, "chat.completion.chunk");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", s.index);
            json.WriteStartObject("delta");
            if (s.role)
                json.WriteString("role", "assistant");
            if (s.content is not null)
                json.WriteString("content", s.content);
            if (s.role)
                json.WriteNull("refusal");
            json.WriteEndObject();
            json.WriteNull("logprobs");
            if (s.finished)
                json.WriteString("finish_reason", s.answer.FinishReason);
            else
                json.WriteNull("finish_reason");
            json.WriteEndObject();
            json.WriteEndArray();
            if (s.includeUsage)
                json.WriteNull("usage");
            json.WriteEndObject();
        }, (answer, index, role, content, finished, includeUsage));

    private static byte[] UsageChunk(CompletionAnswer answer) => Event(static (json, a) =>
    {
        WriteHead(json, a, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        json.WritePropertyName("usage");
        WriteUsage(json, a.Usage);
        json.WriteEndObject();
    }, answer);

    private static void WriteHead(Utf8JsonWriter json, CompletionAnswer answer, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", answer.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", answer.Created);
        json.WriteString("model", answer.Model);
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", answer.SystemFingerprint);
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", usage.PromptTokens);
        json.WriteNumber("completion_tokens", usage.CompletionTokens);
        json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] Event<T>(Action<Utf8JsonWriter, T> write, T state)
    {
        var json = Write(write, state);
        var frame = new byte[json.Length + 8];
        "data: "u8.CopyTo(frame);
        json.CopyTo(frame, 6);
        "\n\n"u8.CopyTo(frame.AsSpan(6 + json.Length));
        return frame;
    }

    private static byte[] Write<T>(Action<Utf8JsonWriter, T> write, T state)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
            write(json, state);
        return buffer.WrittenSpan.ToArray();
    }
}
