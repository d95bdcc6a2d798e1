using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>What the streams of chat and of text completions have in common when they are given again: chunks of choices, usage, the end marker.</summary>
internal sealed class ChunkReplay(JsonElement stored, string kind, string id, long created, bool includeUsage)
{
    private static readonly string[] Copied = ["model", "system_fingerprint", "service_tier"];

    private readonly List<byte[]> _frames = [];

    /// <summary>Adds a chunk with one choice.</summary>
    /// <param name="choice">Writes its index and what this form says of it.</param>
    /// <param name="finishReason">Null in all but its last chunk.</param>
    /// <param name="logprobs">Those of all the choice's tokens, in the one chunk that holds them all; null for none.</param>
    public void Add(Action<Utf8JsonWriter> choice, string? finishReason, JsonElement? logprobs = null) => _frames.Add(Chunk(json =>
    {
        // Clients look for a provider's own fields in the first chunk or in the last.
        if (_frames.Count == 0 || finishReason is not null)
            WriteProviderFields(json);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        choice(json);
        json.WritePropertyName("logprobs");
        if (logprobs is { } given)
            given.WriteTo(json);
        else
            json.WriteNullValue();
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (includeUsage)
            json.WriteNull("usage");
    }));

    /// <summary>Closes the stream.</summary>
    public IReadOnlyList<byte[]> End()
    {
        if (includeUsage && stored.TryGetProperty("usage", out var usage))
        {
            _frames.Add(Chunk(json =>
            {
                json.WriteStartArray("choices");
                json.WriteEndArray();
                json.WritePropertyName("usage");
                usage.WriteTo(json);
            }));
        }

        _frames.Add("data: [DONE]\n\n"u8.ToArray());
        return _frames;
    }

    /// <summary>A stored choice's index; its place where the provider gave none.</summary>
    public static int IndexOf(JsonElement choice, int place) => choice.TryGetProperty("index", out var index) && index.TryGetInt32(out var given) ? given : place;

    private void WriteProviderFields(Utf8JsonWriter json)
    {
        foreach (var field in stored.EnumerateObject())
        {
            if (!ProviderFields.IsOfTheForm(field))
                field.WriteTo(json);
        }
    }

    private byte[] Chunk(Action<Utf8JsonWriter> rest) => ReplayEvent.Unnamed(json =>
    {
        json.WriteString("id", id);
        json.WriteString("object", kind);
        json.WriteNumber("created", created);
        foreach (var name in Copied)
        {
            if (CompletionFacts.StringOf(stored, name) is { } value)
                json.WriteString(name, value);
        }

        rest(json);
    });
}
