using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of a legacy text completion.</remarks>
public sealed class CompletionsAggregator() : ChunkAggregator(CompletionText.Kind)
{
    private protected override bool AddText(JsonElement choice, StringBuilder text, StringBuilder rest)
    {
        if (choice.TryGetProperty("text"u8, out var written) && written.ValueKind == JsonValueKind.String)
            Append(text, written);
        return CompletionText.IsPlain(choice);
    }

    private protected override void WriteText(Utf8JsonWriter json, string text) => json.WriteString("text", text);
}
