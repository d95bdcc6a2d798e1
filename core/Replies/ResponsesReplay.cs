using System.Buffers;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// Gives a stored response again, as it was but for <c>created_at</c>. Its id stays the provider's, because the caller may name it as
/// <c>previous_response_id</c> and the provider must know it.
/// </summary>
public static class ResponsesReplay
{
    /// <summary>The answer for a plain request.</summary>
    public static byte[] Plain(ReadOnlyMemory<byte> stored, long created) => PlainReplay.Replace(stored, ("created_at", JsonSerializer.SerializeToUtf8Bytes(created)));

    /// <summary>The answer for a streamed request: the events that a provider sends, in its order.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, long created)
    {
        using var document = JsonDocument.Parse(Plain(stored, created));
        var response = document.RootElement;
        var events = new List<byte[]>();
        Add("response.created", json => Begun(json, response));
        Add("response.in_progress", json => Begun(json, response));
        var index = 0;
        foreach (var item in response.GetProperty("output").EnumerateArray())
        {
            var output = index++;
            var isMessage = CompletionFacts.StringOf(item, "type") == "message";
            var id = CompletionFacts.StringOf(item, "id") ?? string.Empty;
            Add("response.output_item.added", json => Item(json, output, isMessage ? Opened(item) : item));
            var part = 0;
            foreach (var content in isMessage ? item.GetProperty("content").EnumerateArray() : default)
            {
                var at = part++;
                var text = CompletionFacts.StringOf(content, "text") ?? string.Empty;
                Add("response.content_part.added", json => Part(json, id, output, at, Emptied(content)));
                foreach (var (start, length) in ReplayEvent.Pieces(text))
                {
                    Add("response.output_text.delta", json =>
                    {
                        Place(json, id, output, at);
                        json.WriteString("delta", text.AsSpan(start, length));
                        Empty(json, "logprobs");
                    });
                }

                Add("response.output_text.done", json =>
                {
                    Place(json, id, output, at);
                    json.WriteString("text", text);
                    Empty(json, "logprobs");
                });
                Add("response.content_part.done", json => Part(json, id, output, at, content));
            }

            Add("response.output_item.done", json => Item(json, output, item));
        }

        Add("response.completed", json =>
        {
            json.WritePropertyName("response");
            response.WriteTo(json);
        });
        return events;

        void Add(string type, Action<Utf8JsonWriter> rest) => events.Add(ReplayEvent.Named(type, json =>
        {
            json.WriteNumber("sequence_number", events.Count);
            rest(json);
        }));
    }

    // As it stood before anything had been written.
    private static void Begun(Utf8JsonWriter json, JsonElement response)
    {
        json.WriteStartObject("response");
        foreach (var property in response.EnumerateObject())
        {
            switch (property.Name)
            {
                case "status": json.WriteString("status", "in_progress"); break;
                case "output": Empty(json, "output"); break;
                case "usage": json.WriteNull("usage"); break;
                case "completed_at": json.WriteNull("completed_at"); break;
                default: property.WriteTo(json); break;
            }
        }

        json.WriteEndObject();
    }

    private static void Item(Utf8JsonWriter json, int output, JsonElement item)
    {
        json.WriteNumber("output_index", output);
        json.WritePropertyName("item");
        item.WriteTo(json);
    }

    private static void Part(Utf8JsonWriter json, string id, int output, int at, JsonElement part)
    {
        Place(json, id, output, at);
        json.WritePropertyName("part");
        part.WriteTo(json);
    }

    private static void Place(Utf8JsonWriter json, string id, int output, int at)
    {
        json.WriteString("item_id", id);
        json.WriteNumber("output_index", output);
        json.WriteNumber("content_index", at);
    }

    private static void Empty(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    private static JsonElement Opened(JsonElement item) => With(item, static (json, property) =>
    {
        switch (property.Name)
        {
            case "status": json.WriteString("status", "in_progress"); return true;
            case "content": Empty(json, "content"); return true;
            default: return false;
        }
    });

    private static JsonElement Emptied(JsonElement part) => With(part, static (json, property) =>
    {
        if (property.Name != "text")
            return false;
        json.WriteString("text", string.Empty);
        return true;
    });

    private static JsonElement With(JsonElement element, Func<Utf8JsonWriter, JsonProperty, bool> replaces)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ReplayEvent.Relaxed))
        {
            json.WriteStartObject();
            foreach (var property in element.EnumerateObject())
            {
                if (!replaces(json, property))
                    property.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
