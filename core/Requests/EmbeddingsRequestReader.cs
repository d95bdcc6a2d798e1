using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>Reads an embeddings body: checks what is relied on and hashes what decides the answer. Unknown properties pass through and count.</summary>
public static class EmbeddingsRequestReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = ChatRequestReader.DeepestNesting };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out EmbeddingsRequest? request)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(body, document.RootElement, modelInAddress, out request);
        }
        catch (JsonException e)
        {
            return new RequestProblem(
                $"We could not parse the JSON body of your request (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", null, "invalid_json");
        }
        catch (InvalidOperationException)
        {
            return new RequestProblem("The body holds a string that is not valid Unicode.", null, "invalid_json");
        }
    }

    private static RequestProblem? Read(ReadOnlyMemory<byte> body, JsonElement root, string? modelInAddress, out EmbeddingsRequest? request)
    {
        request = null;
        if (root.ValueKind != JsonValueKind.Object)
            return new RequestProblem("The body must be a JSON object.", null, "invalid_type");
        JsonElement? model = null, input = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "model" when model is not null:
                case "input" when input is not null:
                    return new RequestProblem($"'{property.Name}' stands twice in the body.", property.Name, "duplicate_parameter");
                case "model": model = property.Value; break;
                case "input": input = property.Value; break;
            }
        }

        if (model is { ValueKind: not JsonValueKind.String })
            return new RequestProblem("Invalid type for 'model': expected a string.", "model", "invalid_type");
        var name = modelInAddress ?? model?.GetString();
        if (string.IsNullOrWhiteSpace(name))
            return new RequestProblem("You must provide a model parameter.", "model", "missing_required_parameter");
        if (input is not { } value)
            return new RequestProblem("You must provide an input parameter.", "input", "missing_required_parameter");
        var texts = new List<string>();
        var tokens = 0;
        if (!ReadInput(value, texts, ref tokens))
            return new RequestProblem("Invalid type for 'input': expected a string, an array of strings, or tokens.", "input", "invalid_type");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendText(hash, 'm', name);
        CanonicalJson.Append(hash, root, static p => p is "user" or "model");
        request = new EmbeddingsRequest
        {
            Body = body, Model = name, ModelToken = model is { } named ? ChatRequestReader.SpanOf(body, named) : null, Digest = hash.GetHashAndReset(), Texts = texts, TokensSent = tokens,
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
