using System.Buffers;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored text completion again as the events of a stream.</summary>
public static class CompletionsReplay
{
    /// <summary>The answer for a streamed request, as server-sent events.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage)
    {
        using var document = JsonDocument.Parse(stored);
        var root = document.RootElement;
        var frames = new List<byte[]>();
        foreach (var choice in root.GetProperty("choices").EnumerateArray())
        {
            var index = choice.GetProperty("index").GetInt32();
            var text = choice.GetProperty("text").GetString()!;
            foreach (var (start, length) in ReplyReplay.Pieces(text))
                frames.Add(Frame(root, id, created, json => Choice(json, includeUsage, index, text.AsSpan(start, length), null)));
            frames.Add(Frame(root, id, created, json => Choice(json, includeUsage, index, string.Empty, choice.GetProperty("finish_reason").GetString())));
        }

        if (includeUsage && root.TryGetProperty("usage", out var usage))
            frames.Add(Frame(root, id, created, json =>
            {
                json.WriteStartArray("choices");
                json.WriteEndArray();
                json.WritePropertyName("usage");
                usage.WriteTo(json);
            }));
        frames.Add("data: [DONE]\n\n"u8.ToArray());
        return frames;
    }

    private static void Choice(Utf8JsonWriter json, bool includeUsage, int index, ReadOnlySpan<char> text, string? finishReason)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("index", index);
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (includeUsage)
            json.WriteNull("usage");
    }

    private static byte[] Frame(JsonElement root, string id, long created, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", CompletionText.Kind);
            json.WriteNumber("created", created);
            foreach (var name in new[] { "model", "system_fingerprint" })
            {
                if (CompletionFacts.StringOf(root, name) is { } value)
                    json.WriteString(name, value);
            }

            rest(json);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
