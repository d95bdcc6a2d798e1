using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>What sets a legacy text completion apart from a chat completion.</summary>
internal static class CompletionText
{
    public const string Kind = "text_completion";

    public static bool Is(JsonElement root) => CompletionFacts.StringOf(root, "object") == Kind;

    /// <summary>Whether a choice holds a text and nothing that cannot be given again faithfully, chunk by chunk too.</summary>
    public static bool IsPlain(JsonElement choice)
    {
        foreach (var property in choice.EnumerateObject())
        {
            switch (property.Name)
            {
                case "index" or "finish_reason" or "text":
                    continue;
                default:
                    if (property.Value.ValueKind != JsonValueKind.Null)
                        return false;
                    break;
            }
        }

        return true;
    }
}
