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
            if (property.Value.ValueKind != JsonValueKind.Null && !property.NameEquals("index"u8) && !property.NameEquals("finish_reason"u8) && !property.NameEquals("text"u8))
                return false;
        }

        return true;
    }
}
