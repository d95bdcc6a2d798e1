using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>The content of one Anthropic turn: a string, or blocks.</summary>
/// <param name="Texts">The text blocks; pinned where a mark stands on them or on a later block.</param>
/// <param name="Others">Blocks that are not text alone.</param>
internal sealed record MessagesContent(IReadOnlyList<TextPart> Texts, IReadOnlyList<OtherPart> Others)
{
    /// <summary>Whether it holds images, documents or blocks of an unknown type.</summary>
    public bool HasMedia { get; private init; }

    /// <summary>Whether a tool is called here.</summary>
    public bool HasToolUse { get; private init; }

    /// <summary>Whether a tool's result stands here.</summary>
    public bool HasToolResult { get; private init; }

    /// <summary>Whether a mark stands here: all that comes before it in the prompt is pinned.</summary>
    public bool HasMark { get; private init; }

    /// <summary>Reads a <c>content</c> or <c>system</c> value; null where it is none.</summary>
    public static MessagesContent? Read(ReadOnlyMemory<byte> body, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
            return new([RequestFields.TextOf(body, content)], []);
        if (content.ValueKind != JsonValueKind.Array)
            return null;
        var texts = new List<TextPart>(1);
        var others = new List<OtherPart>();
        bool media = false, toolUse = false, toolResult = false, mark = false;
        foreach (var block in content.EnumerateArray())
        {
            var type = block.ValueKind == JsonValueKind.Object && block.TryGetProperty("type", out var typed) && typed.ValueKind == JsonValueKind.String ? typed.GetString()! : string.Empty;
            if (type == "text" && block.TryGetProperty("text", out var text))
            {
                if (text.ValueKind != JsonValueKind.String)
                    return null;
                // Citations, say, belong to what is asked.
                if (block.EnumerateObject().Any(static p => p.Name is not ("type" or "text" or "cache_control")))
                    others.Add(new OtherPart(block, texts.Count, IsText: true));
                texts.Add(RequestFields.TextOf(body, text));
            }
            else
            {
                others.Add(new OtherPart(block, texts.Count));
                toolUse |= type.EndsWith("tool_use", StringComparison.Ordinal);
                toolResult |= type.EndsWith("tool_result", StringComparison.Ordinal);
                media |= !IsText(type, block);
            }

            if (!IsMarked(block))
                continue;
            mark = true;
            texts = texts.ConvertAll(static p => p with { IsPinned = true });
        }

        return new(texts, others) { HasMedia = media, HasToolUse = toolUse, HasToolResult = toolResult, HasMark = mark };
    }

    // What a model needs no eyes for.
    private static bool IsText(string type, JsonElement block) =>
        type.EndsWith("tool_use", StringComparison.Ordinal) || type is "thinking" or "redacted_thinking"
        || (type.EndsWith("tool_result", StringComparison.Ordinal)
            && !(block.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array && !content.EnumerateArray().All(IsTextOfResult)));

    private static bool IsTextOfResult(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && (type.ValueEquals("text"u8) || type.ValueEquals("search_result"u8) || type.ValueEquals("tool_reference"u8));

    // Blocks nest: a mark inside a tool's result is a mark of this block. An unknown block's depths are looked through as well.
    private static bool IsMarked(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(static p => p.Name == "cache_control" ? p.Value.ValueKind != JsonValueKind.Null : IsMarked(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(IsMarked),
        _ => false,
    };
}
