using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored message again, with a fresh <c>id</c> and everything else as it was.</summary>
public static class MessagesReplay
{
    /// <summary>The answer for a plain request.</summary>
    public static byte[] Plain(ReadOnlyMemory<byte> stored, string id) => PlainReplay.Replace(stored, ("id", JsonSerializer.SerializeToUtf8Bytes(id)));

    /// <summary>The answer for a streamed request: the events that the provider sends, in its order.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, string id)
    {
        using var document = JsonDocument.Parse(Plain(stored, id));
        var message = document.RootElement;
        var events = new List<byte[]>();
        Add("message_start", json => Begun(json, message));
        var index = 0;
        foreach (var block in message.GetProperty("content").EnumerateArray())
        {
            var at = index++;
            var text = CompletionFacts.StringOf(block, "text") ?? string.Empty;
            Add("content_block_start", json =>
            {
                json.WriteNumber("index", at);
                json.WriteStartObject("content_block");
                foreach (var property in block.EnumerateObject())
                {
                    if (property.NameEquals("text"))
                        json.WriteString("text", string.Empty);
                    else
                        property.WriteTo(json);
                }

                json.WriteEndObject();
            });
            foreach (var (start, length) in ReplayEvent.Pieces(text))
            {
                Add("content_block_delta", json =>
                {
                    json.WriteNumber("index", at);
                    json.WriteStartObject("delta");
                    json.WriteString("type", "text_delta");
                    json.WriteString("text", text.AsSpan(start, length));
                    json.WriteEndObject();
                });
            }

            Add("content_block_stop", json => json.WriteNumber("index", at));
        }

        Add("message_delta", json => Ended(json, message));
        Add("message_stop", static _ => { });
        return events;

        void Add(string type, Action<Utf8JsonWriter> rest) => events.Add(ReplayEvent.Named(type, rest));
    }

    // As it stood before anything had been written.
    private static void Begun(Utf8JsonWriter json, JsonElement message)
    {
        json.WriteStartObject("message");
        foreach (var property in message.EnumerateObject())
        {
            switch (property.Name)
            {
                case "content":
                    json.WriteStartArray("content");
                    json.WriteEndArray();
                    break;
                case "stop_reason" or "stop_sequence":
                    json.WriteNull(property.Name);
                    break;
                case "usage" when property.Value.ValueKind == JsonValueKind.Object:
                    json.WriteStartObject("usage");
                    foreach (var count in property.Value.EnumerateObject())
                    {
                        if (count.NameEquals("output_tokens"))
                            json.WriteNumber("output_tokens", 0);
                        else
                            count.WriteTo(json);
                    }

                    json.WriteEndObject();
                    break;
                default:
                    property.WriteTo(json);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void Ended(Utf8JsonWriter json, JsonElement message)
    {
        json.WriteStartObject("delta");
        json.WriteString("stop_reason", CompletionFacts.StringOf(message, "stop_reason"));
        json.WriteString("stop_sequence", CompletionFacts.StringOf(message, "stop_sequence"));
        json.WriteEndObject();
        if (message.TryGetProperty("usage", out var usage))
        {
            json.WritePropertyName("usage");
            usage.WriteTo(json);
        }
    }
}
