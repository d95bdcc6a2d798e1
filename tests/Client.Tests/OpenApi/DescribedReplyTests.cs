using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.OpenApi;

/// <summary>Each operation of the API reference, called: its reply, and its refusal, are what the reference says.</summary>
public sealed class DescribedReplyTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"Which river is the longest?"}]}""";
    private const string Message = """{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Which river is the longest?"}]}""";
    private const string Acme = GatewayFixture.Acme;
    private const string Operator = GatewayFixture.Operator;

    private static readonly JsonObject s_document = JsonNode.Parse(OpenApiEndpoint.Document)!.AsObject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operations_EachCalled_AnswersAsDescribed()
    {
        var called = new HashSet<string>(StringComparer.Ordinal);
        using var hit = await AskUntilHitAsync();
        var requestId = hit.Headers.GetValues("x-request-id").Single();
        await CallAsync("getLiveness", "/health/live");
        await CallAsync("getReadiness", "/health/ready");
        await CallAsync("getOpenApi", "/openapi/v1.json");
        await CallAsync("getMetrics", "/metrics", Operator);
        await CallAsync("listModels", "/v1/models", Acme);
        await CallAsync("getModel", "/v1/models/gpt-4o", Acme);
        await CallAsync("createChatCompletion", "/v1/chat/completions", Acme, Chat);
        await CallAsync("createCompletion", "/v1/completions", Acme, """{"model":"gpt-3.5-turbo-instruct","prompt":"Once upon a time"}""");
        await CallAsync("createResponse", "/v1/responses", Acme, """{"model":"gpt-4o","input":"Which lake is the deepest?"}""");
        await CallAsync("createEmbeddings", "/v1/embeddings", Acme, """{"model":"text-embedding-3-small","input":["a lake"]}""");
        await CallAsync("createMessage", "/v1/messages", Acme, Message);
        await CallAsync("countMessageTokens", "/v1/messages/count_tokens", Acme, Message);
        await CallAsync("explainRequest", "/v1/explain", Acme, Chat);
        await CallAsync("judgeAnswer", "/v1/feedback", Acme, $$"""{"request_id":"{{requestId}}","verdict":"right"}""");
        await CallAsync("getSavings", "/admin/v1/savings", Operator);
        await CallAsync("getForecast", "/admin/v1/forecast", Acme);
        await CallAsync("listQuestions", "/admin/v1/questions?count=5", Acme);
        await CallAsync("getWhatIf", "/admin/v1/whatif", Acme);
        await CallAsync("exportLedger", "/admin/v1/ledger", Acme);
        await CallAsync("listBudgets", "/admin/v1/budgets", Acme);
        var key = await CallAsync("createKey", "/admin/v1/keys", Operator, """{"name":"described","tenant":"acme","budgets":{"day":5},"rate_limits":{"concurrent":9},"allowed_models":["gpt-4o"]}""");
        var id = key!["id"]!.GetValue<string>();
        await CallAsync("listKeys", "/admin/v1/keys?tenant=acme", Operator);
        await CallAsync("getKey", "/admin/v1/keys/" + id, Operator);
        await CallAsync("rotateKey", $"/admin/v1/keys/{id}/rotate", Operator, """{"overlap_seconds":60}""");
        await CallAsync("revokeKey", "/admin/v1/keys/" + id, Operator);
        await CallAsync("importAnswers", "/admin/v1/cache/entries?tenant=acme", Operator, """{"question":"Who signs?","answer":"The director."}""" + "\n{}\n");
        var shards = await CallAsync("listShards", "/admin/v1/cache/shards?tenant=acme", Operator);
        await CallAsync("exportAnswers", $"/admin/v1/cache/entries?tenant=acme&shard={Uri.EscapeDataString(shards!["data"]![0]!.GetValue<string>())}", Operator);
        await CallAsync("forgetAnswers", "/admin/v1/cache?tag=nothing", Acme);
        Assert.Equal(FirstOperations().Select(static o => o.Id).Order(StringComparer.Ordinal), called.Order(StringComparer.Ordinal));

        async Task<JsonNode?> CallAsync(string operation, string address, string? key = null, string? body = null)
        {
            called.Add(operation);
            var described = FirstOperations().Single(o => o.Id == operation);
            using var request = new HttpRequestMessage(new HttpMethod(described.Method), address) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            if (key is not null)
                request.Headers.Authorization = new("Bearer", key);
            using var response = await fixture.Gateway.Http.SendAsync(request, Cancelled);
            var text = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.True(response.IsSuccessStatusCode, $"{operation}: {response.StatusCode} {text}");
            return Check(operation, described.Operation, response, text);
        }
    }

    [Fact]
    public async Task Operations_WithoutAKey_RefuseAsDescribed()
    {
        foreach (var (operation, method, path, described) in FirstOperations().Where(static o => o.Operation["security"] is null))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", "0123456789abcdef", StringComparison.Ordinal));
            if (described["requestBody"] is not null)
                request.Content = JsonContent.Create(new { });
            using var response = await fixture.Gateway.Http.SendAsync(request, Cancelled);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{operation}: {response.StatusCode}");
            Check(operation, described, response, await response.Content.ReadAsStringAsync(Cancelled));
        }
    }

    [Fact]
    public async Task Operations_BodyThatIsNone_RefuseAsDescribed()
    {
        foreach (var (operation, method, path, described) in FirstOperations().Where(static o => o.Operation["requestBody"] is not null && o.Id != "importAnswers"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", "0123456789abcdef", StringComparison.Ordinal)) { Content = new StringContent("[") };
            request.Headers.Authorization = new("Bearer", Operator);
            using var response = await fixture.Gateway.Http.SendAsync(request, Cancelled);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{operation}: {response.StatusCode}");
            Check(operation, described, response, await response.Content.ReadAsStringAsync(Cancelled));
        }
    }

    private static IEnumerable<(string Id, string Method, string Path, JsonObject Operation)> FirstOperations() =>
        from path in s_document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        let operation = method.Value!.AsObject()
        where operation["description"]?.GetValue<string>().StartsWith("The same as ", StringComparison.Ordinal) != true
        select (operation["operationId"]!.GetValue<string>(), method.Key.ToUpperInvariant(), path.Key, operation);

    // The reply's status, media type and body stand in the reference; what it returns is the body, or its first line.
    private static JsonNode? Check(string name, JsonObject operation, HttpResponseMessage response, string text)
    {
        var status = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var described = Resolve(operation["responses"]![status]);
        Assert.True(described is not null, $"{name}: status {status} is not described");
        var media = response.Content.Headers.ContentType!.MediaType!;
        var schema = described["content"]?[media]?["schema"];
        Assert.True(schema is not null, $"{name}: {media} is not described");
        if (!media.Contains("json", StringComparison.Ordinal))
            return null;
        // Whole documents are objects over several lines, JSON lines are one each.
        var json = JsonNode.Parse(media == "application/json" ? text : text.Split('\n')[0]);
        var whole = new JsonObject { ["$ref"] = schema["$ref"]?.DeepClone(), ["$defs"] = s_document["components"]!["schemas"]!.DeepClone() };
        if (schema["$ref"] is null)
        {
            whole.Remove("$ref");
            foreach (var (key, value) in schema.AsObject())
                whole[key] = value!.DeepClone();
        }

        var result = JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))
            .Evaluate(JsonSerializer.SerializeToElement(json), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{name}: {text}\n{string.Join('\n', result.Details?.Where(static d => d.Errors is not null).SelectMany(static d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")) ?? [])}");
        return json;
    }

    private static JsonNode? Resolve(JsonNode? response) =>
        response?["$ref"]?.GetValue<string>() is { } reference ? s_document["components"]!["responses"]![reference.Split('/')[^1]] : response;

    private async Task<HttpResponseMessage> AskUntilHitAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await fixture.Gateway.PostAsync(Chat, Acme);
            response.EnsureSuccessStatusCode();
            if (response.Headers.GetValues("x-orleansllm-cache").Single() == "exact" || attempt == 100)
                return response;
            response.Dispose();
            await Task.Delay(50, Cancelled);
        }
    }
}
