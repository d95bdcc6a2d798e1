using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>Reads an embeddings body: checks what is relied on and hashes what decides the answer. Unknown properties pass through and count.</summary>
public static class EmbeddingsRequestReader
{
    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "input" };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out EmbeddingsRequest? request) => RequestFields.Read(
        body, modelInAddress, MustBeUnique, Read, out request);

    private static RequestProblem? Read(RequestFields fields, string? modelInAddress, out EmbeddingsRequest? request)
    {
        request = null;
        if (fields.ReadModel(modelInAddress, out var model, out var modelToken) is { } wrong)
            return wrong;
        if (!fields.TryGet("input", out var input))
            return new RequestProblem("You must provide an input parameter.", "input", "missing_required_parameter");
        var texts = new List<string>();
        var tokens = 0;
        if (!ReadInput(input, texts, ref tokens))
            return RequestFields.Wrong("input", "a string, an array of strings, or tokens");

        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'm', model);
        CanonicalJson.Append(hash, fields.Root, static p => p.NameEquals("user"u8) || p.NameEquals("model"u8));
        request = new EmbeddingsRequest
        {
            Body = fields.Body, Model = model, ModelToken = modelToken, Digest = hash.Current(), Texts = texts, TokensSent = tokens,
        };
        return null;
    }

    private static bool ReadInput(JsonElement input, List<string> texts, ref int tokens)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            texts.Add(input.GetString()!);
            return true;
        }

        if (input.ValueKind != JsonValueKind.Array || input.GetArrayLength() == 0)
            return false;
        foreach (var item in input.EnumerateArray())
        {
            switch (item.ValueKind)
            {
                case JsonValueKind.String: texts.Add(item.GetString()!); break;
                case JsonValueKind.Number: tokens++; break;
                case JsonValueKind.Array when item.GetArrayLength() > 0 && item.EnumerateArray().All(static t => t.ValueKind == JsonValueKind.Number):
                    tokens += item.GetArrayLength();
                    break;
                default: return false;
            }
        }

        return true;
    }
}
