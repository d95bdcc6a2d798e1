using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// Whether an answer is the JSON that its request asked for. Of a schema it checks what strict structured outputs consist of: type, properties,
/// required, additionalProperties, items, enum, const, anyOf and local references; an unknown keyword is not held against the answer.
/// </summary>
public static class JsonAnswer
{
    private const int Deepest = 64;

    /// <summary>Whether <paramref name="answer"/> is JSON and keeps to the schema in <paramref name="requestBody"/>, where that has one.</summary>
    public static bool Holds(ReadOnlyMemory<byte> requestBody, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        try
        {
            using var given = JsonDocument.Parse(answer);
            using var request = RequestJson.Parse(requestBody);
            return SchemaOf(request.RootElement) is not { } schema || Fits(given.RootElement, schema, schema, 0);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonElement? SchemaOf(JsonElement request)
    {
        if (request.TryGetProperty("response_format", out var format) && format.ValueKind == JsonValueKind.Object
            && format.TryGetProperty("json_schema", out var named) && named.ValueKind == JsonValueKind.Object
            && named.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Object)
            return schema;
        return request.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.Object
            && text.TryGetProperty("format", out format) && format.ValueKind == JsonValueKind.Object
            && format.TryGetProperty("schema", out schema) && schema.ValueKind == JsonValueKind.Object ? schema : null;
    }

    private static bool Fits(JsonElement value, JsonElement schema, JsonElement root, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
            return schema.ValueKind != JsonValueKind.False;
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
            return Resolve(reference.GetString()!, root) is not { } target || Fits(value, target, root, depth + 1);
        if (schema.TryGetProperty("type", out var type) && !HasType(value, type))
            return false;
        if (schema.TryGetProperty("enum", out var options) && options.ValueKind == JsonValueKind.Array
            && !options.EnumerateArray().Any(o => JsonElement.DeepEquals(o, value)))
            return false;
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
            return false;
        if (schema.TryGetProperty("anyOf", out var any) && any.ValueKind == JsonValueKind.Array
            && !any.EnumerateArray().Any(s => Fits(value, s, root, depth + 1)))
            return false;
        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFits(value, schema, root, depth),
            JsonValueKind.Array => !schema.TryGetProperty("items", out var items) || value.EnumerateArray().All(v => Fits(v, items, root, depth + 1)),
            _ => true,
        };
    }

    private static bool ObjectFits(JsonElement value, JsonElement schema, JsonElement root, int depth)
    {
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
            && required.EnumerateArray().Any(r => r.ValueKind == JsonValueKind.String && !value.TryGetProperty(r.GetString()!, out _)))
            return false;
        var known = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
        var closed = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
        foreach (var property in value.EnumerateObject())
        {
            if (known && properties.TryGetProperty(property.Name, out var own))
            {
                if (!Fits(property.Value, own, root, depth + 1))
                    return false;
            }
            else if (closed)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasType(JsonElement value, JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Any(t => HasType(value, t)),
        JsonValueKind.String => type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && decimal.Truncate(number) == number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        },
        _ => true,
    };

    // Only "#/a/b": what strict schemas use for their definitions.
    private static JsonElement? Resolve(string reference, JsonElement root)
    {
        if (reference == "#")
            return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            return null;
        var at = root;
        foreach (var name in reference[2..].Split('/'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out at))
                return null;
        }

        return at;
    }
}
