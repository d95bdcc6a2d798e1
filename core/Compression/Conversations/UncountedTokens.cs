using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// What a provider counts as prompt beside the messages' texts, and writes out in a form of its own: tool definitions, schemas of the answer,
/// images, what it keeps of earlier answers.
/// </summary>
/// <param name="Fewest">Tokens of it that are surely there: the names and descriptions of tools.</param>
/// <param name="MayBeMore">Whether there is more of it than that; how much, nothing here tells.</param>
internal readonly record struct UncountedTokens(int Fewest, bool MayBeMore)
{
    /// <summary>What stands outside the messages of <paramref name="chat"/>, before or in the first of them.</summary>
    public static UncountedTokens OutsideMessages(ChatRequest chat, ITokenCounter counter)
    {
        if (!chat.HasTools && !chat.WantsJson)
            return new UncountedTokens(0, chat.PointsElsewhere);
        using var body = RequestJson.Parse(chat.Body);
        var fewest = 0;
        var hasSchema = false;
        foreach (var property in body.RootElement.EnumerateObject())
        {
            if (property.Name is "tools" or "functions")
                Count(property.Value);
            // Where only some JSON is asked for, nothing is added to the prompt.
            hasSchema |= property.Name is "response_format" or "text" or "output_format" or "output_config"
                && property.Value.GetRawText().Contains("schema", StringComparison.Ordinal);
        }

        return new UncountedTokens(fewest, chat.HasTools || hasSchema || chat.PointsElsewhere);

        void Count(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                        Count(item);
                    break;
                case JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject())
                    {
                        if (property.Value.ValueKind != JsonValueKind.String)
                            Count(property.Value);
                        else if (property.Name is "name" or "description")
                            fewest += counter.Count(property.Value.GetString()!);
                    }

                    break;
            }
        }
    }
}
