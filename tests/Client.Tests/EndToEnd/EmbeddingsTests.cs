using System.Net;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class EmbeddingsTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Model = "text-embedding-3-small";
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Embed_Twice_IsMissThenExactWithTheSameBytes()
    {
        using var first = await PostAsync(new { model = Model, input = new[] { "The first text.", "The second." } });
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("miss", first.Cache());
        Assert.NotEqual("0", first.Header("x-orleansllm-cost-usd"));
        var bytes = await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var second = await UntilAsync("exact", new { model = Model, input = new[] { "The first text.", "The second." } });
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("0", second.Header("x-orleansllm-cost-usd"));
        Assert.Equal(first.Header("x-orleansllm-cost-usd"), second.Header("x-orleansllm-saved-usd"));
        Assert.Equal(2, JsonDocument.Parse(bytes).RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Embed_AnotherTenantOrForm_IsItsOwn()
    {
        var body = new { model = Model, input = "Whose text is this?" };
        Assert.Equal("miss", (await PostAsync(body)).Cache());
        Assert.Equal("exact", (await UntilAsync("exact", body)).Cache());
        Assert.Equal("miss", (await PostAsync(body, key: GatewayFixture.Globex)).Cache());
        Assert.Equal("miss", (await PostAsync(body, headers: ("x-orleansllm-cache-namespace", "n"))).Cache());
        using var base64 = await PostAsync(new { model = Model, input = "Whose text is this?", encoding_format = "base64" });
        Assert.Equal("miss", base64.Cache());
        Assert.Equal(JsonValueKind.String, (await base64.JsonAsync()).GetProperty("data")[0].GetProperty("embedding").ValueKind);
        Assert.Equal("bypass", (await PostAsync(body, headers: ("Cache-Control", "no-cache"))).Cache());
    }

    [Fact]
    public async Task Embed_ForgottenByTag_IsAskedAnew()
    {
        var body = new { model = Model, input = "What the handbook says." };
        await PostAsync(body, headers: ("x-orleansllm-cache-tags", "handbook"));
        // Every asking is tagged: one that came before the first was stored is stored in its place.
        await UntilAsync("exact", body, ("x-orleansllm-cache-tags", "handbook"));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/cache?tag=handbook") { Headers = { { "Authorization", "Bearer " + Key } } };
        using var deleted = await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal("miss", (await PostAsync(body)).Cache());
    }

    [Fact]
    public async Task Embed_AtOnce_SharesOneCallAndIsLedgeredForEach()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:02" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.PostAsync(new { model = Model, input = "Everybody asks." }, path: "/v1/embeddings")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal(19, answers.Count(a => a.Cache() == "pending"));
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal((20, 1), (total.GetProperty("requests").GetInt64(), total.GetProperty("misses").GetInt64()));
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal() * 19, total.GetProperty("saved").GetProperty("total").GetDecimal());
    }

    // The one who began it pays for what broke off; who was to share it was spared nothing.
    [Fact]
    public async Task Embed_AtOnceOfACallThatBreaks_SavesNobodyAnything()
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => held.Before(new TornAnswers(inner, static _ => new IOException("The connection broke."))));
        var body = new { model = Model, input = "Everybody asks for what breaks." };
        var first = gateway.PostAsync(body, path: "/v1/embeddings");
        await held.ArrivedAsync();
        var joining = Enumerable.Range(0, 5).Select(_ => gateway.PostAsync(body, path: "/v1/embeddings")).ToList();
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        held.LetGo();
        var answers = await Task.WhenAll(joining.Prepend(first));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.BadGateway, a.StatusCode));
        Assert.Equal((1, 5), (held.Calls, answers.Count(a => a.Cache() == "pending")));
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal((6, 0m), (total.GetProperty("errors").GetInt64(), total.GetProperty("saved").GetProperty("total").GetDecimal()));
        Assert.True(total.GetProperty("cost_usd").GetDecimal() > 0);
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal(), total.GetProperty("baseline_usd").GetDecimal());
    }

    [Theory]
    [InlineData("?tag=handbook", null)]
    [InlineData("?tag=another", "max-age=0")]
    public async Task Embed_WhileAnOlderCallIsUnderWayThatMayNotBeGiven_CallsForItself(string forgotten, string? control)
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => held.Before(inner));
        var body = new { model = Model, input = "What the handbook says now." };
        var first = gateway.PostAsync(body, path: "/v1/embeddings", headers: ("x-orleansllm-cache-tags", "handbook"));
        await held.ArrivedAsync();
        using var deleted = await gateway.Http.DeleteAsync("/admin/v1/cache" + forgotten, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);

        (string, string)[] headers = control is null ? [] : [("Cache-Control", control)];
        using var later = await gateway.PostAsync(body, path: "/v1/embeddings", headers: headers).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("miss", later.Cache());
        Assert.Equal(2, held.Calls);
        held.LetGo();
        Assert.Equal("miss", (await first).Cache());
    }

    [Theory]
    [InlineData("""{"model":"text-embedding-3-small"}""", HttpStatusCode.BadRequest, "missing_required_parameter")]
    [InlineData("""{"model":"text-embedding-3-small","input":"a","dimensions":0}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("{", HttpStatusCode.BadRequest, "invalid_json")]
    public async Task Embed_BadInput_SaysWhyInOpenAisShape(string body, HttpStatusCode status, string code)
    {
        using var response = await fixture.Gateway.PostAsync(body, Key, "/v1/embeddings");
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Gateway.PostAsync(body, null, "/v1/embeddings")).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(object body, string key = Key, params (string Name, string Value)[] headers) =>
        fixture.Gateway.PostAsync(body, key, "/v1/embeddings", headers);

    // Answers are stored after their replies.
    private async Task<HttpResponseMessage> UntilAsync(string cache, object body, params (string Name, string Value)[] headers)
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await PostAsync(body, Key, headers);
            if (response.Cache() == cache || attempt == 100)
                return response;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
