using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Reads a message object of Anthropic's form.</summary>
internal static class MessagesFacts
{
    /// <summary>Whether the bytes' root is a message object.</summary>
    public static bool Is(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && CompletionFacts.StringOf(root, "type") == "message" && root.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array;

    /// <summary>
    /// Its facts. It may be given again where its turn ended by itself or at the caller's stop sequence and it holds text alone: no tool, no
    /// thinking, which is signed for its own question, no citations, no container with a state of its own.
    /// </summary>
    public static CompletionFacts Read(JsonElement root)
    {
        var cacheable = CompletionFacts.StringOf(root, "stop_reason") is "end_turn" or "stop_sequence" && !IsSet(root, "container");
        var plain = new StringBuilder();
        foreach (var block in root.GetProperty("content").EnumerateArray())
        {
            var isText = block.ValueKind == JsonValueKind.Object && CompletionFacts.StringOf(block, "type") == "text";
            cacheable &= isText && !IsSet(block, "citations");
            if (isText)
                plain.Append(CompletionFacts.StringOf(block, "text"));
        }

        return new CompletionFacts(CompletionFacts.StringOf(root, "model"), UsageReader.ReadMessages(root), cacheable && plain.Length > 0) { Text = plain.ToString() };
    }

    private static bool IsSet(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
