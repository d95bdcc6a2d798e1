using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>What the gateway needs to know of an embeddings answer.</summary>
/// <param name="Usage">The provider's own counts; null where it gave none.</param>
/// <param name="Vectors">How many embeddings it holds.</param>
public sealed record EmbeddingsFacts(TokenUsage? Usage, int Vectors)
{
    /// <summary>Reads an answer; null where the bytes are not a whole list of embeddings.</summary>
    public static EmbeddingsFacts? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.TryGetProperty("error", out _)
                || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
                return null;
            foreach (var item in data.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("embedding", out var vector)
                    || vector.ValueKind is not (JsonValueKind.Array or JsonValueKind.String))
                    return null;
            }

            return new EmbeddingsFacts(UsageReader.ReadEmbeddings(root), data.GetArrayLength());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
