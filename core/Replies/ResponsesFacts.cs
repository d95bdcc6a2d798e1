using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Reads a response object of the Responses form.</summary>
internal static class ResponsesFacts
{
    /// <summary>Whether the bytes' root is a response object.</summary>
    public static bool Is(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && CompletionFacts.StringOf(root, "object") == "response" && root.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Array;

    /// <summary>
    /// Its facts. It may be given again where it completed and holds messages of plain text, beside a model's reasoning: no call of a tool, no
    /// refusal, no annotation, which may point at what was searched at the time.
    /// </summary>
    public static CompletionFacts Read(JsonElement root)
    {
        var cacheable = CompletionFacts.StringOf(root, "status") == "completed" && !IsSet(root, "error") && !IsSet(root, "incomplete_details");
        var text = new StringBuilder();
        foreach (var item in root.GetProperty("output").EnumerateArray())
        {
            var type = item.ValueKind == JsonValueKind.Object ? CompletionFacts.StringOf(item, "type") : null;
            if (type == "reasoning")
                continue;
            cacheable &= type == "message";
            if (type != "message" || !item.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
                continue;
            foreach (var part in content.EnumerateArray())
            {
                var isText = part.ValueKind == JsonValueKind.Object && CompletionFacts.StringOf(part, "type") == "output_text";
                cacheable &= isText && !HasAny(part, "annotations") && !HasAny(part, "logprobs");
                if (isText)
                    text.Append(CompletionFacts.StringOf(part, "text"));
            }
        }

        return new CompletionFacts(CompletionFacts.StringOf(root, "model"), UsageReader.ReadResponses(root), cacheable && text.Length > 0) { Text = text.ToString() };
    }

    private static bool IsSet(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static bool HasAny(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;
}
