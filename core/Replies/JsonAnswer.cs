using System.Runtime.InteropServices;
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

    // Bytes and names that one check may look at, some 40 ms: what a schema's references branch into has no end of its own. Answers of 100 KB to strict
    // schemas stay under it; beyond it nothing more is held against the answer, as with an unknown keyword.
    private const int MostWork = 4_000_000;

    /// <summary>
    /// Whether <paramref name="answer"/> is not the JSON that <paramref name="request"/> asked for. Not told of several choices, whose texts stand in a row
    /// here, nor of an answer without text: it calls a tool.
    /// </summary>
    public static bool Fails(ChatRequest request, string answer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(answer);
        return request is { WantsJson: true, Choices: 1 } && answer.Length > 0 && !Holds(request.Body, answer);
    }

    /// <summary>Whether <paramref name="answer"/> is JSON and keeps to the schema in <paramref name="requestBody"/>, where that has one.</summary>
    public static bool Holds(ReadOnlyMemory<byte> requestBody, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        try
        {
            using var given = JsonDocument.Parse(answer);
            using var request = RequestJson.Parse(requestBody);
            return SchemaOf(request.RootElement) is not { } schema || new Check(schema).Fits(given.RootElement, schema, 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair, escaped, parses as JSON and has no text.
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

    private sealed class Check(JsonElement root)
    {
        private int _left = MostWork;

        public bool Fits(JsonElement value, JsonElement schema, int depth)
        {
            if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
                return schema.ValueKind != JsonValueKind.False;
            // Each keyword below is looked for among the schema's names.
            if (!Spend(SizeOf(value) + (8L * schema.GetPropertyCount())))
                return true;
            if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
                return Resolve(reference) is not { } target || Fits(value, target, depth + 1);
            if (schema.TryGetProperty("type", out var type) && !HasType(value, type))
                return false;
            if (schema.TryGetProperty("enum", out var options) && options.ValueKind == JsonValueKind.Array && !options.EnumerateArray().Any(o => Equal(o, value)))
                return false;
            if (schema.TryGetProperty("const", out var constant) && !Equal(constant, value))
                return false;
            if (schema.TryGetProperty("anyOf", out var any) && any.ValueKind == JsonValueKind.Array && !any.EnumerateArray().Any(s => Fits(value, s, depth + 1)))
                return false;
            return value.ValueKind switch
            {
                JsonValueKind.Object => ObjectFits(value, schema, depth),
                JsonValueKind.Array => !schema.TryGetProperty("items", out var items) || value.EnumerateArray().All(v => Fits(v, items, depth + 1)),
                _ => true,
            };
        }

        private bool ObjectFits(JsonElement value, JsonElement schema, int depth)
        {
            var names = value.GetPropertyCount();
            if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
                && required.EnumerateArray().Any(r => r.ValueKind == JsonValueKind.String && Spend(names) && !value.TryGetProperty(r.GetString()!, out _)))
                return false;
            var known = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
            var closed = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
            foreach (var property in value.EnumerateObject())
            {
                if (known && !Spend(properties.GetPropertyCount()))
                    return true;
                if (known && properties.TryGetProperty(property.Name, out var own))
                {
                    if (!Fits(property.Value, own, depth + 1))
                        return false;
                }
                else if (closed)
                {
                    return false;
                }
            }

            return true;
        }

        private bool HasType(JsonElement value, JsonElement type) => type.ValueKind switch
        {
            JsonValueKind.Array => !Spend(type.GetArrayLength()) || type.EnumerateArray().Any(t => HasType(value, t)),
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

        private bool Equal(JsonElement wanted, JsonElement value) => !Spend(1 + Math.Min(SizeOf(wanted), SizeOf(value))) || JsonElement.DeepEquals(wanted, value);

        // Only "#/a/b": what strict schemas use for their definitions.
        private JsonElement? Resolve(JsonElement reference)
        {
            if (!Spend(SizeOf(reference)))
                return null;
            var path = reference.GetString()!;
            if (path == "#")
                return root;
            if (!path.StartsWith("#/", StringComparison.Ordinal))
                return null;
            var at = root;
            foreach (var name in path[2..].Split('/'))
            {
                if (at.ValueKind != JsonValueKind.Object || !Spend(at.GetPropertyCount())
                    || !at.TryGetProperty(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out at))
                    return null;
            }

            return at;
        }

        // False from where the work is used up.
        private bool Spend(long work)
        {
            _left = (int)Math.Max(0, _left - work);
            return _left > 0;
        }

        private static int SizeOf(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).Length;
    }
}
