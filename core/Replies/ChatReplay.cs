using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored chat completion again as the events of a stream.</summary>
public static class ChatReplay
{
    /// <summary>The answer for a streamed request, as server-sent events.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage)
    {
        using var document = JsonDocument.Parse(stored);
        var chunks = new ChunkReplay(document.RootElement, "chat.completion.chunk", id, created, includeUsage);
        var place = 0;
        foreach (var choice in document.RootElement.GetProperty("choices").EnumerateArray())
        {
            var index = ChunkReplay.IndexOf(choice, place++);
            var text = choice.GetProperty("message").GetProperty("content").GetString()!;
            chunks.Add(json => Delta(json, index, "assistant", string.Empty), null);
            // Which token ends where is not known of a stored text: its probabilities go with the whole.
            if (choice.TryGetProperty("logprobs", out var logprobs) && logprobs.ValueKind != JsonValueKind.Null)
            {
                chunks.Add(json => Delta(json, index, null, text), null, logprobs);
            }
            else
            {
                foreach (var (start, length) in ReplayEvent.Pieces(text))
                    chunks.Add(json => Delta(json, index, null, text.Substring(start, length)), null);
            }

            chunks.Add(json => Delta(json, index, null, null), choice.GetProperty("finish_reason").GetString());
        }

        return chunks.End();
    }

    private static void Delta(Utf8JsonWriter json, int index, string? role, string? content)
    {
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        if (role is not null)
            json.WriteString("role", role);
        if (content is not null)
            json.WriteString("content", content);
        json.WriteEndObject();
    }
}
