using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Writes made-up embeddings as OpenAI does: unit vectors that depend on the model and the text alone, and mean nothing.</summary>
internal static class EmbeddingsWriter
{
    private const int DefaultDimensions = 1536;
    private const int MostDimensions = 4096;

    /// <summary>The answer; null where the request asks for dimensions that it cannot have.</summary>
    public static byte[]? Write(EmbeddingsRequest request)
    {
        using var document = RequestJson.Parse(request.Body);
        var root = document.RootElement;
        var dimensions = DefaultDimensions;
        if (root.TryGetProperty("dimensions", out var asked) && asked.ValueKind != JsonValueKind.Null && (!asked.TryGetInt32(out dimensions) || dimensions is < 1 or > MostDimensions))
            return null;
        var base64 = root.TryGetProperty("encoding_format", out var format) && format.ValueKind == JsonValueKind.String && format.ValueEquals("base64");
        // Tokens in place of texts count as one text each list.
        IReadOnlyList<string> texts = request.Texts.Count > 0 ? request.Texts : [root.GetProperty("input").GetRawText()];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            for (var i = 0; i < texts.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("object", "embedding");
                json.WriteNumber("index", i);
                var vector = Vector(request.Model, texts[i], dimensions);
                if (base64)
                {
                    json.WriteBase64String("embedding", MemoryMarshal.AsBytes(vector.AsSpan()));
                }
                else
                {
                    json.WriteStartArray("embedding");
                    foreach (var component in vector)
                        json.WriteNumberValue(component);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("model", request.Model);
            var tokens = request.TokensSent + request.Texts.Sum(t => ModelTokenizer.ForModel(request.Model).Count(t));
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", tokens);
            json.WriteNumber("total_tokens", tokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static float[] Vector(string model, string text, int dimensions)
    {
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(model + "\n" + text)), 0));
        var vector = Enumerable.Range(0, dimensions).Select(_ => random.NextSingle() - 0.5f).ToArray();
        System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
