using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>The smallest value that fits a JSON schema of the subset that structured outputs allow.</summary>
internal static class SchemaSample
{
    // Structured outputs allow five levels; recursive schemas must end somewhere.
    private const int MaxDepth = 16;

    public static string Create(JsonElement schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, schema, schema, 0);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement schema, JsonElement root, int depth)
    {
        if (depth > MaxDepth || schema.ValueKind != JsonValueKind.Object)
        {
            json.WriteNullValue();
            return;
        }

        if (schema.TryGetProperty("$ref", out var reference) && Resolve(root, reference) is { } target)
            Write(json, target, root, depth + 1);
        else if (schema.TryGetProperty("const", out var constant))
            constant.WriteTo(json);
        else if (First(schema, "enum") is { } member)
            member.WriteTo(json);
        else if ((Simplest(schema, "anyOf") ?? Simplest(schema, "oneOf") ?? First(schema, "allOf")) is { } option)
            Write(json, option, root, depth + 1);
        else
            WriteTyped(json, schema, root, depth);
    }

    private static void WriteTyped(Utf8JsonWriter json, JsonElement schema, JsonElement root, int depth)
    {
        switch (TypeOf(schema))
        {
            case "object":
                json.WriteStartObject();
                if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in properties.EnumerateObject().Where(p => IsRequired(schema, p.Name)))
                    {
                        json.WritePropertyName(property.Name);
                        Write(json, property.Value, root, depth + 1);
                    }
                }

                json.WriteEndObject();
                break;
            case "array":
                json.WriteStartArray();
                var count = schema.TryGetProperty("minItems", out var least) && least.TryGetInt32(out var n) ? Math.Clamp(n, 0, 100) : 0;
                for (var i = 0; i < count && schema.TryGetProperty("items", out var items); i++)
                    Write(json, items, root, depth + 1);
                json.WriteEndArray();
                break;
            case "string":
                json.WriteStringValue("simulated");
                break;
            case "integer" or "number":
                if (schema.TryGetProperty("minimum", out var minimum) && minimum.ValueKind == JsonValueKind.Number)
                    minimum.WriteTo(json);
                else
                    json.WriteNumberValue(0);
                break;
            case "boolean":
                json.WriteBooleanValue(false);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static string? TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return schema.TryGetProperty("properties", out _) ? "object" : null;
        if (type.ValueKind == JsonValueKind.Array)
            return type.EnumerateArray().Select(t => t.GetString()).FirstOrDefault(t => t != "null");
        return type.GetString();
    }

    private static bool IsRequired(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out var required)
        && required.ValueKind == JsonValueKind.Array
        && required.EnumerateArray().Any(r => r.ValueKind == JsonValueKind.String && r.ValueEquals(name));

    private static JsonElement? First(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;

    // A recursive schema ends at the option that is no reference.
    private static JsonElement? Simplest(JsonElement schema, string name)
    {
        if (First(schema, name) is not { } first)
            return null;
        foreach (var option in schema.GetProperty(name).EnumerateArray())
        {
            if (option.ValueKind == JsonValueKind.Object && !option.TryGetProperty("$ref", out _))
                return option;
        }

        return first;
    }

    private static JsonElement? Resolve(JsonElement root, JsonElement reference)
    {
        if (reference.ValueKind != JsonValueKind.String || reference.GetString() is not ['#', .. var path])
            return null;
        var at = root;
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at))
                return null;
        }

        return at;
    }
}
