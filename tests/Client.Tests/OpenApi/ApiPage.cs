using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansLlm.Client.Tests.OpenApi;

/// <summary>The OpenAPI document as a page for people.</summary>
internal sealed class ApiPage
{
    private readonly JsonObject _document;
    private readonly StringBuilder _text = new();

    private ApiPage(JsonObject document) => _document = document;

    public static string Of(string json)
    {
        var page = new ApiPage(JsonNode.Parse(json)!.AsObject());
        page.Write();
        return page._text.ToString();
    }

    private void Write()
    {
        _text.Append("""
            # API reference

            Made from the OpenAPI document that a gateway serves at `GET /openapi/v1.json`, which is made from the endpoints, by `OpenApiDocumentTests`; do not edit it.

            A key goes as `authorization: Bearer KEY`, `api-key: KEY` or `x-api-key: KEY`; where no tenant is configured, none is needed. Errors have OpenAI's shape (`error.message`, `.type`,
            `.param`, `.code`), at `/v1/messages` Anthropic's; clients branch on `code`.

            | status | when |
            |---|---|

            """);
        foreach (var (status, text) in _document["components"]!["responses"]!.AsObject()
            .Select(static r => (Status: r.Key[(r.Key.IndexOf("Error", StringComparison.Ordinal) + 5)..], Text: Text(r.Value!["description"])))
            .Distinct().OrderBy(static r => r.Status, StringComparer.Ordinal))
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {(status == "FromProvider" ? "other" : status)} | {text} |\n");
        }

        foreach (var group in _document["tags"]!.AsArray().Select(static t => t!["name"]!.GetValue<string>()))
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n## {group}\n");
            foreach (var (path, method, operation) in Operations().Where(o => Text(o.Operation["tags"]![0]) == group && !IsOther(o.Operation)))
                WriteOperation(path, method, operation);
        }

        _text.Append("\n## Bodies\n");
        foreach (var (name, schema) in _document["components"]!["schemas"]!.AsObject())
            WriteSchema(name, schema!.AsObject());
    }

    private IEnumerable<(string Path, string Method, JsonObject Operation)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select (path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject());

    private static bool IsOther(JsonObject operation) => Text(operation["description"]).StartsWith("The same as ", StringComparison.Ordinal);

    private void WriteOperation(string path, string method, JsonObject operation)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n### `{method} {path}`\n\n{Text(operation["summary"])}");
        if (operation["description"] is { } more)
            _text.Append(' ').Append(Text(more));
        _text.Append('\n');
        var others = Operations().Where(o => Text(o.Operation["description"]) == $"The same as `{method} {path}`.").Select(static o => $"`{o.Path}`").ToList();
        if (others.Count > 0)
            _text.Append(CultureInfo.InvariantCulture, $"\nAlso at {string.Join(", ", others)}.\n");
        if (operation["parameters"]?.AsArray() is { Count: > 0 } parameters)
        {
            _text.Append("\n| parameter | in | meaning |\n|---|---|---|\n");
            foreach (var parameter in parameters)
                _text.Append(CultureInfo.InvariantCulture, $"| `{Text(parameter!["name"])}` | {Text(parameter["in"])} | {Cell(Text(parameter["description"]))} |\n");
        }

        _text.Append('\n');
        if (operation["requestBody"] is { } body)
            _text.Append(CultureInfo.InvariantCulture, $"- Body: {Contents(body["content"])}\n");
        var errors = new List<string>();
        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            if (response!["$ref"] is not null)
                errors.Add(status == "default" ? "a provider's own" : status);
            else
                _text.Append(CultureInfo.InvariantCulture, $"- {status}: {Contents(response["content"])}. {Text(response["description"])}\n");
        }

        if (errors.Count > 0)
            _text.Append(CultureInfo.InvariantCulture, $"- Errors: {string.Join(", ", errors)}\n");
    }

    private static string Contents(JsonNode? content) => content is null
        ? "nothing"
        : string.Join(" or ", content.AsObject().Select(static c => $"{TypeOf(c.Value!["schema"]!.AsObject()).Replace("string", "text", StringComparison.Ordinal)} as `{c.Key}`"));

    private void WriteSchema(string name, JsonObject schema)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n### {name}\n\n");
        if (schema["description"] is { } description)
            _text.Append(Text(description)).Append("\n\n");
        if (schema["properties"]?.AsObject() is not { } properties)
            return;
        var required = (schema["required"]?.AsArray() ?? []).Select(static r => Text(r)).ToHashSet(StringComparer.Ordinal);
        _text.Append("| field | type | meaning |\n|---|---|---|\n");
        WriteProperties(properties, required, "");
    }

    private void WriteProperties(JsonObject properties, HashSet<string> required, string prefix)
    {
        foreach (var (name, value) in properties)
        {
            var property = value!.AsObject();
            var meaning = Text(property["description"]);
            _text.Append(CultureInfo.InvariantCulture, $"| `{prefix}{name}`{(required.Contains(name) ? "" : " (may be missing)")} | {TypeOf(property)} | {Cell(meaning)} |\n");
            if (property["properties"]?.AsObject() is { } inner)
                WriteProperties(inner, (property["required"]?.AsArray() ?? []).Select(static r => Text(r)).ToHashSet(StringComparer.Ordinal), prefix + name + ".");
        }
    }

    private static string TypeOf(JsonObject schema)
    {
        if (schema["$ref"] is { } reference)
        {
            var name = Text(reference).Split('/')[^1];
            return $"[{name}](#{name.ToLowerInvariant()})";
        }

        if (schema["const"] is { } only)
            return $"`{Text(only)}`";
        if (schema["enum"]?.AsArray() is { } values)
            return string.Join(", ", values.Where(static v => v is not null).Select(static v => $"`{Text(v)}`"));
        var types = schema["type"] switch
        {
            JsonArray several => string.Join(" or ", several.Select(static t => Text(t))),
            { } one => Text(one),
            null => "any",
        };
        if (schema["items"]?.AsObject() is { } items && TypeOf(items) is { } element && element != "any")
            types = types.Replace("array", "array of " + element, StringComparison.Ordinal);
        return schema["format"] is { } format ? $"{types} ({Text(format)})" : types;
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
