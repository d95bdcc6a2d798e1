using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>The addresses: OpenAI's, Azure's, and those that nobody serves.</summary>
public sealed class AddressTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;
    private const string Chat = """{"messages":[{"role":"user","content":"Which address is this?"}]}""";

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/openai/v1/models")]
    [InlineData("/openai/models?api-version=2024-10-21")]
    public async Task Models_ListAndFind_InOpenAisShape(string path)
    {
        using var list = await SendAsync(HttpMethod.Get, path);
        var models = await list.JsonAsync();
        Assert.Equal("list", models.GetProperty("object").GetString());
        var ids = models.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()!).ToList();
        Assert.Contains("auto", ids);
        var parts = path.Split('?');
        foreach (var id in new[] { "gpt-4o", "auto:fast" })
        {
            using var found = await SendAsync(HttpMethod.Get, parts[0] + "/" + Uri.EscapeDataString(id));
            var model = await found.JsonAsync();
            Assert.Equal((id, "model"), (model.GetProperty("id").GetString(), model.GetProperty("object").GetString()));
            Assert.False(string.IsNullOrEmpty(model.GetProperty("owned_by").GetString()));
            Assert.True(model.GetProperty("created").TryGetInt64(out _));
            Assert.NotNull(found.Header("x-request-id"));
        }

        using var absent = await SendAsync(HttpMethod.Get, parts[0] + "/no/such%2Fmodel");
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        var error = await absent.ErrorAsync();
        Assert.Equal(("invalid_request_error", "model", "model_not_found"), (error.GetProperty("type").GetString(), error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Models_FindOneWithASlashInItsName_EscapedOrNot()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>(GatewayFixture.Tenants())
        {
            ["OrleansLlm:Providers:house:Endpoint"] = "http://127.0.0.1:9/v1",
            ["OrleansLlm:Providers:house:Models:0"] = "org/name",
        });
        foreach (var id in new[] { "org/name", Uri.EscapeDataString("org/name"), "org%2fname" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/" + id);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Key);
            using var found = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            Assert.Equal("org/name", (await found.JsonAsync()).GetProperty("id").GetString());
        }
    }

    [Theory]
    [InlineData("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", Chat)]
    [InlineData("/openai/deployments/gpt-3.5-turbo-instruct/completions?api-version=2024-10-21", """{"prompt":"Once"}""")]
    [InlineData("/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21", """{"input":"Once"}""")]
    [InlineData("/openai/responses?api-version=2025-04-01-preview", """{"model":"gpt-4o","input":"Once"}""")]
    [InlineData("/openai/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"Which address is that?"}]}""")]
    [InlineData("/openai/v1/responses", """{"model":"gpt-4o","input":"Twice"}""")]
    [InlineData("/openai/v1/completions", """{"model":"gpt-3.5-turbo-instruct","prompt":"Twice"}""")]
    [InlineData("/openai/v1/embeddings", """{"model":"text-embedding-3-small","input":"Twice"}""")]
    public async Task Post_AzuresAddressesWithItsHeader_AreServed(string path, string body)
    {
        using var served = await SendAsync(HttpMethod.Post, path, body, ("api-key", Key));
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        using var refused = await SendAsync(HttpMethod.Post, path, body, ("api-key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("/openai/deployments/gpt-4o-mini/chat/completions?api-version=1", """{"model":"gpt-4o","messages":[{"role":"user","content":"Whose word counts?"}]}""", "gpt-4o-mini")]
    [InlineData("/openai/deployments/davinci-002/completions?api-version=1", """{"model":"babbage-002","prompt":"Whose word"}""", "davinci-002")]
    [InlineData("/openai/deployments/text-embedding-3-large/embeddings?api-version=1", """{"model":"text-embedding-3-small","input":"Whose word?"}""", "text-embedding-3-large")]
    public async Task Post_AnotherModelInTheBody_TheDeploymentCountsAsAtAzure(string path, string body, string model)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(model, response.Header("x-orleansllm-model"));
        Assert.Equal(model, (await response.JsonAsync()).GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("..%2f..%2fadmin")]
    [InlineData("..%5cadmin")]
    [InlineData("a%2fb")]
    [InlineData("a%3fb=c")]
    [InlineData("%2e%2e%2f")]
    [InlineData("a%252fb")]
    [InlineData("...")]
    [InlineData("a%20b")]
    public async Task Post_DeploymentThatClimbs_Is404AndGoesNowhere(string deployment)
    {
        foreach (var (endpoint, body) in new[] { ("chat/completions", Chat), ("completions", """{"prompt":"x"}"""), ("embeddings", """{"input":"x"}""") })
        {
            using var response = await SendAsync(HttpMethod.Post, $"/openai/deployments/{deployment}/{endpoint}?api-version=1", body);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("invalid_request_error", (await response.ErrorAsync()).GetProperty("type").GetString());
            Assert.Null(response.Cache());
        }
    }

    [Theory]
    [InlineData("GET", "/v1/responses/resp_1")]
    [InlineData("DELETE", "/v1/responses/resp_1")]
    [InlineData("GET", "/openai/v1/responses/resp_1/input_items?limit=2")]
    [InlineData("POST", "/v1/responses/resp_1/cancel")]
    public async Task Send_StoredResponse_SaysThatItIsNotServed(string method, string path)
    {
        using var response = await SendAsync(new HttpMethod(method), path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("stored_responses_not_served", (await response.ErrorAsync()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("POST", "/v1/images/generations")]
    [InlineData("GET", "/openai/deployments")]
    [InlineData("POST", "/openai/deployments/../chat/completions")]
    public async Task Send_UnknownAddress_Is404InOpenAisShape(string method, string path)
    {
        using var response = await SendAsync(new HttpMethod(method), path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = await response.ErrorAsync();
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotNull(response.Header("x-request-id"));
        using var unknown = await SendAsync(new HttpMethod(method), path, null, ("api-key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers.Length > 0 ? headers : [("Authorization", "Bearer " + Key)])
            request.Headers.TryAddWithoutValidation(name, value);
        return await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
