using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using OrleansLlm.Client.OpenApi;

namespace OrleansLlm.Client.Tests.OpenApi;

/// <summary>The API reference as OpenAPI 3.1: what endpoints say of themselves, with the schemas of what they read and write.</summary>
internal sealed class OpenApiWriter
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string Description)[] s_headers =
    [
        ("x-request-id", "Names the request; feedback takes it."),
        ("x-orleansllm-cache", "`miss`, `exact`, `semantic`, `pending` or `bypass`."),
        ("x-orleansllm-cache-score", "Accept probability of the best candidate."),
        ("x-orleansllm-model", "The model that answered."),
        ("x-orleansllm-route-reason", "Why that model."),
        ("x-orleansllm-tokens-saved", "Against the requested model, uncompressed, uncached."),
        ("x-orleansllm-cost-usd", "USD paid."),
        ("x-orleansllm-saved-usd", "USD saved against the requested model."),
        ("x-orleansllm-figures", "`final`, or `prompt-only` in the head of a stream."),
    ];

    private readonly SchemaWriter _schemas = new();
    private readonly JsonObject _responses = [];

    private OpenApiWriter()
    {
        foreach (var (name, schema) in JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "client", "OpenApi", "bodies.json")))!.AsObject())
            _schemas.Components[name] = schema!.DeepClone();
    }

    /// <summary>The document of <paramref name="endpoints"/>, and properties of it without a comment.</summary>
    public static (string Json, IReadOnlyCollection<string> Uncommented) Write(IEnumerable<RouteEndpoint> endpoints)
    {
        var writer = new OpenApiWriter();
        var document = writer.Document([.. endpoints]);
        return (document.ToJsonString(s_json) + "\n", writer._schemas.Uncommented);
    }

    /// <summary>An endpoint's path as the document names it.</summary>
    public static string PathOf(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal);

    /// <summary>Methods that an endpoint is described for; one that takes any is one to read.</summary>
    public static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"]).Select(static m => m.ToLowerInvariant());

    private JsonObject Document(List<RouteEndpoint> endpoints)
    {
        var described = endpoints.Where(static e => e.Metadata.GetMetadata<ApiDescription>() is not null).ToList();
        var first = described.Where(static e => e.Metadata.GetMetadata<ApiDescription>()!.Suffix.Length == 0)
            .ToDictionary(static e => e.Metadata.GetMetadata<ApiDescription>()!.Operation.Id, static e => $"{MethodsOf(e).First().ToUpperInvariant()} {PathOf(e)}");
        var paths = new JsonObject();
        foreach (var path in described.GroupBy(PathOf).OrderBy(static p => p.Key, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            foreach (var endpoint in path.OrderBy(static e => MethodsOf(e).First(), StringComparer.Ordinal))
            {
                foreach (var method in MethodsOf(endpoint))
                    item[method] = Operation(endpoint, endpoint.Metadata.GetMetadata<ApiDescription>()!, first);
            }

            paths[path.Key] = item;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "OrleansLlm",
                ["version"] = "v1",
                ["description"] = "An OpenAI-compatible gateway that cuts the LLM bill. Where no tenant is configured, no key is needed. Errors have OpenAI's shape, at Anthropic's addresses Anthropic's. "
                    + "What is not described here answers 404.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "http://127.0.0.1:8080", ["description"] = "As it starts without settings." }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["api-key"] = new JsonArray() }, new JsonObject { ["x-api-key"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. described.Select(static e => e.Metadata.GetMetadata<ApiDescription>()!.Operation.Group).Distinct().Select(static g => new JsonObject { ["name"] = g })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key, or a token of the configured issuer." },
                    ["api-key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "api-key", ["description"] = "A key, as Azure's clients send it." },
                    ["x-api-key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key", ["description"] = "A key, as Anthropic's clients send it." },
                },
                ["headers"] = new JsonObject(s_headers.Select(static h => KeyValuePair.Create(h.Name, (JsonNode?)new JsonObject { ["description"] = h.Description, ["schema"] = new JsonObject { ["type"] = "string" } }))),
                ["responses"] = new JsonObject(_responses.OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => KeyValuePair.Create(r.Key, r.Value?.DeepClone()))),
                ["schemas"] = new JsonObject(_schemas.Components.Select(static s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value.DeepClone()))),
            },
        };
    }

    private JsonObject Operation(RouteEndpoint endpoint, ApiDescription description, Dictionary<string, string> first)
    {
        var operation = description.Operation;
        var written = new JsonObject
        {
            ["operationId"] = operation.Id + description.Suffix,
            ["tags"] = new JsonArray(operation.Group),
            ["summary"] = operation.Summary,
        };
        if (description.Suffix.Length > 0)
            written["description"] = $"The same as `{first[operation.Id]}`.";
        else if (operation.Description is { } more)
            written["description"] = more;
        if (operation.Access == ApiAccess.Public)
            written["security"] = new JsonArray();
        if (Parameters(endpoint, operation) is { Count: > 0 } parameters)
            written["parameters"] = parameters;
        if (operation.Body is { } body)
            written["requestBody"] = new JsonObject { ["required"] = !operation.BodyIsOptional, ["content"] = new JsonObject { [body.MediaType] = Content(body) } };
        written["responses"] = Responses(operation);
        return written;
    }

    private static JsonArray Parameters(RouteEndpoint endpoint, ApiOperation operation)
    {
        var parameters = new JsonArray();
        foreach (var name in endpoint.RoutePattern.Parameters.Select(static p => p.Name))
        {
            var known = operation.Parameters.FirstOrDefault(p => p.Place == "path" && p.Name == name) ?? new ApiParameter(name, "The model, in place of the body's `model`.", "path");
            parameters.Add(Parameter(known, isRequired: true));
        }

        foreach (var parameter in operation.Parameters.Where(static p => p.Place != "path"))
            parameters.Add(Parameter(parameter, parameter.IsRequired));
        return parameters;
    }

    private static JsonObject Parameter(ApiParameter parameter, bool isRequired) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.Place,
        ["required"] = isRequired,
        ["description"] = parameter.Description,
        ["schema"] = JsonNode.Parse(parameter.Schema),
    };

    private JsonObject Responses(ApiOperation operation)
    {
        var responses = new JsonObject();
        foreach (var reply in operation.Replies)
        {
            var written = new JsonObject { ["description"] = reply.Description };
            if (operation.GoesToProviders)
                written["headers"] = new JsonObject(s_headers.Select(static h => KeyValuePair.Create(h.Name, (JsonNode?)new JsonObject { ["$ref"] = "#/components/headers/" + h.Name })));
            if (reply.Contents.Length > 0)
                written["content"] = new JsonObject(reply.Contents.Select(c => KeyValuePair.Create(c.MediaType, (JsonNode?)Content(c))));
            responses[reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = written;
        }

        foreach (var status in ErrorsOf(operation))
            responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = ErrorReference(status.ToString(System.Globalization.CultureInfo.InvariantCulture), ErrorText(status), operation.ErrorSchema);
        if (operation.GoesToProviders)
            responses["default"] = ErrorReference("FromProvider", "A provider's own error, with its status and body.", operation.ErrorSchema);
        return responses;
    }

    private static IEnumerable<int> ErrorsOf(ApiOperation operation)
    {
        if (operation.Access == ApiAccess.Public)
            return operation.Errors.Order();
        // Anthropic's clients know 529 for what others call 503.
        var away = operation.ErrorSchema == "AnthropicError" ? 529 : 503;
        int[] ofTheKey = operation.Access != ApiAccess.Key || operation.GoesToProviders ? [401, 403, away] : [401, away];
        return operation.Errors.Union(ofTheKey).Order();
    }

    private JsonObject ErrorReference(string status, string text, string schema)
    {
        var name = schema + status;
        _responses.TryAdd(name, new JsonObject
        {
            ["description"] = text,
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = SchemaWriter.Reference(schema) } },
        });
        return new JsonObject { ["$ref"] = "#/components/responses/" + name };
    }

    private static string ErrorText(int status) => status switch
    {
        400 => "The request cannot be used; `param` and `code` say what of it.",
        401 => "No key, or none that is known.",
        403 => "The key may not do that.",
        404 => "There is no such thing, or the key does not show it.",
        409 => "It was changed meanwhile, or has ended.",
        413 => "The body is too large.",
        415 => "The body is compressed.",
        429 => "A rate limit (`rate_limit_exceeded`; `retry-after` says when to come back) or a budget (`insufficient_quota`).",
        502 => "The provider broke off, or a silo was lost while it answered. Nothing is asked again by itself.",
        503 => "Out of reach for now; try again.",
        529 => "The same at Anthropic's addresses, whose clients know this status for it.",
        504 => "The provider did not answer in time.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    private JsonObject Content(ApiContent content) => content switch
    {
        { Type: { } type } => new JsonObject { ["schema"] = _schemas.Of(type) },
        { Schema: { } schema } => new JsonObject { ["schema"] = SchemaWriter.Reference(schema) },
        _ => new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } },
    };
}
