using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansLlm.Cluster.Tests.Documentation;

namespace OrleansLlm.Client.Tests.OpenApi;

/// <summary>JSON schemas of the types that endpoints read and write, with their comments; every record has its place among the components.</summary>
internal sealed class SchemaWriter
{
    private const string Place = "#/components/schemas/";

    private readonly XmlComments _comments = XmlComments.Load();
    private readonly JsonSchemaExporterOptions _options;
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);

    public SchemaWriter() => _options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>Schemas by name.</summary>
    public SortedDictionary<string, JsonNode> Components { get; } = new(StringComparer.Ordinal);

    /// <summary>Properties without a word about what they mean.</summary>
    public SortedSet<string> Uncommented { get; } = new(StringComparer.Ordinal);

    public static JsonObject Reference(string name) => new() { ["$ref"] = Place + name };

    public JsonNode Of(JsonTypeInfo type) => type.GetJsonSchemaAsNode(_options);

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (schema is not JsonObject node)
            return schema;
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            var name = type.Name.EndsWith("Document", StringComparison.Ordinal) ? type.Name[..^"Document".Length] : type.Name;
            if (!_types.TryGetValue(name, out var known))
            {
                if (!Components.TryAdd(name, Component(context.TypeInfo, type, node)))
                    throw new InvalidOperationException($"Two schemas are named {name}.");
                _types[name] = known = type;
            }

            if (known != type)
                throw new InvalidOperationException($"{known} and {type} are both named {name}.");
            node = Reference(name);
        }

        if (context.PropertyInfo is { } property && PropertyOf(property) is { } declared && _comments.Of(declared) is { Length: > 0 } comment)
            node["description"] = comment;
        return node;
    }

    private JsonObject Component(JsonTypeInfo info, Type type, JsonObject schema)
    {
        var component = new JsonObject { ["type"] = "object" };
        if (_comments.Of(type) is { Length: > 0 } summary)
            component["description"] = summary;
        var nullable = new HashSet<string>(StringComparer.Ordinal);
        var properties = new JsonObject();
        foreach (var (name, given) in schema["properties"]!.AsObject())
        {
            var property = info.Properties.Single(p => p.Name == name);
            var value = given!.DeepClone();
            // What is null is left out, where the serializer is told so.
            if (value is JsonObject written && written["type"] is JsonArray types && types.Any(static t => t!.GetValue<string>() == "null") && IsLeftOut(info.Options, property))
            {
                nullable.Add(name);
                var rest = types.Select(static t => t!.GetValue<string>()).Where(static t => t != "null").ToList();
                written["type"] = rest is [var only] ? only : new JsonArray([.. rest.Select(static t => JsonValue.Create(t))]);
            }

            if (value is JsonObject && value["enum"] is JsonArray names && IsLeftOut(info.Options, property))
                names.RemoveAll(static n => n is null);
            if (value is JsonObject { } described && !described.ContainsKey("description") && name != "object")
                Uncommented.Add($"{type.Name}.{name}");
            if (PropertyOf(property) is { } declared && new NullabilityInfoContext().Create(declared).ReadState == NullabilityState.Nullable && IsLeftOut(info.Options, property))
                nullable.Add(name);
            properties[name] = value;
        }

        component["properties"] = properties;
        var required = (schema["required"]?.AsArray() ?? []).Select(static r => r!.GetValue<string>()).Where(r => !nullable.Contains(r)).ToList();
        if (required.Count > 0)
            component["required"] = new JsonArray([.. required.Select(static r => JsonValue.Create(r))]);
        if (info.Options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow && type.Name is "KeyRequest" or "KeyRotation" or "BudgetAmounts" or "RateAmounts")
            component["additionalProperties"] = false;
        else
            component.Remove("additionalProperties");
        return component;
    }

    private static bool IsLeftOut(JsonSerializerOptions options, JsonPropertyInfo property) =>
        options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull && PropertyOf(property)?.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Never;

    private static PropertyInfo? PropertyOf(JsonPropertyInfo property) =>
        property.AttributeProvider as PropertyInfo
        ?? property.DeclaringType.GetProperties().FirstOrDefault(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name) == property.Name);
}
