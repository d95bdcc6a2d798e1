using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored text completion again as the events of a stream.</summary>
public static class CompletionsReplay
{
    /// <summary>The answer for a streamed request, as server-sent events.</summary>
    public static IReadOnlyList<byte[]> Stream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage)
    {
        using var document = JsonDocument.Parse(stored);
        var chunks = new ChunkReplay(document.RootElement, CompletionText.Kind, id, created, includeUsage);
        var place = 0;
        foreach (var choice in document.RootElement.GetProperty("choices").EnumerateArray())
        {
            var index = ChunkReplay.IndexOf(choice, place++);
            var text = choice.GetProperty("text").GetString()!;
            foreach (var (start, length) in ReplayEvent.Pieces(text))
                chunks.Add(json => Piece(json, text.AsSpan(start, length), index), null);
            chunks.Add(json => Piece(json, string.Empty, index), choice.GetProperty("finish_reason").GetString());
        }

        return chunks.End();
    }

    private static void Piece(Utf8JsonWriter json, ReadOnlySpan<char> text, int index)
    {
        json.WriteString("text", text);
        json.WriteNumber("index", index);
    }
}
