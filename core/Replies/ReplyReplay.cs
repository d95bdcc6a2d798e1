using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored plain answer again, with a fresh <c>id</c> and <c>created</c> and everything else as it was.</summary>
public static class ReplyReplay
{
    // Large enough to be few, small enough for a reader to show text at once.
    private const int PieceLength = 400;

    /// <summary>The answer for a plain request.</summary>
    public static byte[] Plain(ReadOnlyMemory<byte> stored, string id, long created) =>
        Replace(stored, ("id", JsonSerializer.SerializeToUtf8Bytes(id)), ("created", JsonSerializer.SerializeToUtf8Bytes(created)));

    /// <summary>Puts other values in the place of some of the root's, by spans of the original bytes.</summary>
    internal static byte[] Replace(ReadOnlyMemory<byte> stored, params (string Name, byte[] Value)[] values)
    {
        using var document = JsonDocument.Parse(stored);
        var edits = new List<(int Start, int Length, byte[] Value)>(2);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var at = Array.FindIndex(values, v => property.NameEquals(v.Name));
            if (at < 0)
                continue;
            var raw = JsonMarshal.GetRawUtf8Value(property.Value);
            var start = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(stored.Span), ref MemoryMarshal.GetReference(raw));
            edits.Add((start, raw.Length, values[at].Value));
        }

        var writer = new ArrayBufferWriter<byte>(stored.Length + 64);
        var end = 0;
        foreach (var (start, length, value) in edits)
        {
            writer.Write(stored.Span[end..start]);
            writer.Write(value);
            end = start + length;
        }

        writer.Write(stored.Span[end..]);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>The answer for a streamed request, as server-sent events.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage)
    {
        using var document = JsonDocument.Parse(stored);
        var root = document.RootElement;
        var frames = new List<byte[]>();
        var choices = root.GetProperty("choices");
        foreach (var choice in choices.EnumerateArray())
        {
            var index = choice.GetProperty("index").GetInt32();
            var text = choice.GetProperty("message").GetProperty("content").GetString()!;
            frames.Add(Chunk(root, id, created, includeUsage, index, "", first: true, null));
            foreach (var (start, length) in Pieces(text))
                frames.Add(Chunk(root, id, created, includeUsage, index, text.Substring(start, length), first: false, null));
            frames.Add(Chunk(root, id, created, includeUsage, index, null, first: false, choice.GetProperty("finish_reason").GetString()));
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

    private static byte[] Chunk(
        JsonElement root, string id, long created, bool includeUsage, int index, string? content, bool first, string? finishReason) =>
        Frame(root, id, created, json =>
        {
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteStartObject("delta");
            if (first)
                json.WriteString("role", "assistant");
            if (content is not null)
                json.WriteString("content", content);
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", finishReason);
            json.WriteEndObject();
            json.WriteEndArray();
            if (includeUsage)
                json.WriteNull("usage");
        });

    private static byte[] Frame(JsonElement root, string id, long created, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "chat.completion.chunk");
            json.WriteNumber("created", created);
            foreach (var name in new[] { "model", "system_fingerprint", "service_tier" })
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

    // Cuts at spaces, never inside a surrogate pair.
    internal static IEnumerable<(int Start, int Length)> Pieces(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var length = Math.Min(PieceLength, text.Length - at);
            if (at + length < text.Length)
            {
                var space = text.LastIndexOf(' ', at + length - 1, length);
                if (space > at)
                    length = space - at;
                else if (char.IsHighSurrogate(text[at + length - 1]))
                    length--;
            }

            yield return (at, length);
            at += length;
        }
    }
}
