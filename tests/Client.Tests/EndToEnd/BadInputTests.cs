using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class BadInputTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Theory]
    [InlineData("{", null)]
    [InlineData("[]", null)]
    [InlineData("{}", "model")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":7,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":"x"}""", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":[7]}""", "messages[0]")]
    [InlineData("""{"model":"m","messages":[{"content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":5}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","stream":"yes","messages":[{"role":"user","content":"x"}]}""", "stream")]
    [InlineData("""{"model":"m","model":"n","messages":[{"role":"user","content":"x"}]}""", "model")]
    public async Task Post_BadBody_Is400NamingTheParameter(string body, string? param)
    {
        var response = await fixture.Gateway.PostAsync(body, Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await response.ErrorAsync();
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    // Deeper than a parser goes by itself, and no deeper than a request may be.
    [Theory]
    [InlineData("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("/v1/explain", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("/v1/embeddings", "\"input\":\"x\"")]
    public async Task Post_DeepBody_IsAnswered(string path, string fields)
    {
        var model = path == "/v1/embeddings" ? "text-embedding-3-small" : "gpt-4o";
        using var response = await fixture.Gateway.PostAsync($$"""{"model":"{{model}}",{{fields}},"x":{{new string('[', 100)}}{{new string(']', 100)}}}""", Key, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong-key")]
    [InlineData("")]
    public async Task Post_NoOrWrongKey_Is401BeforeTheBodyIsRead(string? key)
    {
        var response = await fixture.Gateway.PostAsync("{ not json", key);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("invalid_api_key", (await response.ErrorAsync()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Post_TooLarge_Is413()
    {
        await using var small = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Api:MaxBodyBytes"] = "2048" });
        var response = await small.AskAsync(new string('x', 4000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (await response.ErrorAsync()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/v1/chat/completions", "gzip")]
    [InlineData("/v1/responses", "br")]
    [InlineData("/v1/completions", "zstd")]
    [InlineData("/v1/embeddings", "gzip, identity")]
    [InlineData("/v1/messages", "gzip")]
    [InlineData("/v1/feedback", "deflate")]
    public async Task Post_CompressedBody_Is415InTheAddressesFormBeforeItIsRead(string path, string coding)
    {
        using var response = await PostAsync(path, coding, Key);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "identity"), (response.StatusCode, response.Header("accept-encoding")));
        var body = await response.JsonAsync();
        var error = body.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains("send the JSON as it is", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        if (path == "/v1/messages")
            Assert.Equal("error", body.GetProperty("type").GetString());
        else
            Assert.Equal("unsupported_content_encoding", error.GetProperty("code").GetString());
        using var stranger = await PostAsync(path, coding, "wrong-key");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using var plain = await PostAsync(path, "Identity", Key);
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string coding, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent([0x1f, 0x8b, 0x08]) };
        request.Content.Headers.TryAddWithoutValidation("content-encoding", coding);
        request.Headers.Add("authorization", "Bearer " + key);
        return await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("/admin/v1/savings?tenant=globex", HttpStatusCode.Forbidden)]
    [InlineData("/metrics", HttpStatusCode.Forbidden)]
    [InlineData("/orleans/", HttpStatusCode.Forbidden)]
    public async Task Get_OperatorsPagesWithAUsersKey_Is403(string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", "Bearer " + Key);
        using var response = await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("/metrics", "orleansllm_cache_lookups")]
    [InlineData("/orleans/", "html")]
    public async Task Get_OperatorsPagesWithAnOperatorsKey_AreServed(string path, string expected)
    {
        await fixture.Gateway.AskAsync("What is served to operators only here?", key: Key);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("ops:" + GatewayFixture.Operator)));
        using var response = await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SavingsAsUser_ShowsOwnTenantOnly()
    {
        await fixture.Gateway.AskAsync("Only globex asks this one question here.", key: GatewayFixture.Globex);
        await fixture.Gateway.AskAsync("Somebody else asks this one.", key: Key);
        var own = await fixture.Gateway.SavingsAsync(GatewayFixture.Globex);
        var all = await fixture.Gateway.SavingsAsync(GatewayFixture.Operator);
        Assert.Equal(1, own.GetProperty("total").GetProperty("requests").GetInt64());
        Assert.True(all.GetProperty("total").GetProperty("requests").GetInt64() > 1);
    }

    [Theory]
    [InlineData("status=429;retry-after=7", 429)]
    [InlineData("status=503", 503)]
    [InlineData("unreachable", 502)]
    [InlineData("broken", 502)]
    public async Task Ask_UpstreamFails_StatusAndBodyPassThrough(string fault, int status)
    {
        var response = await fixture.Gateway.AskAsync("What happens when the provider fails here?", "gpt-4o@" + fault, Key);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.NotEmpty((await response.ErrorAsync()).GetProperty("message").GetString()!);
        if (status == 429)
            Assert.Equal("7", response.Header("retry-after"));
        Assert.Equal("0", response.Header("x-orleansllm-cost-usd"));
    }

    [Fact]
    public async Task Stream_CutInTheMiddle_SaysSoInBandAndIsNotCached()
    {
        var response = await fixture.Gateway.AskAsync("Which stream is cut off in the middle?", "gpt-4o@cut", Key, stream: true);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal("miss", (await fixture.Gateway.AskAsync("Which stream is cut off in the middle?", "gpt-4o@cut", Key, stream: true)).Cache());
    }

    [Fact]
    public async Task Post_HeaderOutOfRange_Is400NamingTheHeader()
    {
        var response = await fixture.Gateway.AskAsync("Which header is wrong?", key: Key, headers: ("x-orleansllm-compress", "maybe"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("x-orleansllm-compress", (await response.ErrorAsync()).GetProperty("param").GetString());
    }
}
