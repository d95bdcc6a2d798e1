using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Legacy text completions: billed, answered again where the very same was asked, and otherwise left alone.</summary>
public sealed class CompletionsTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;
    private const string Model = "gpt-3.5-turbo-instruct";

    [Fact]
    public async Task Complete_PlainStreamedAndAzure_OneEntryServesAll()
    {
        const string Prompt = "Once upon a time a bank";
        using var first = await PostAsync(new { model = Model, prompt = Prompt });
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("miss", first.Cache());
        Assert.NotEqual("0", first.Header("x-orleansllm-cost-usd"));
        var answer = await first.JsonAsync();
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        var text = answer.GetProperty("choices")[0].GetProperty("text").GetString();

        using var exact = await PostAsync(new { prompt = Prompt, model = Model, user = "another" });
        Assert.Equal("exact", exact.Cache());
        Assert.Equal("0", exact.Header("x-orleansllm-cost-usd"));
        Assert.Equal(first.Header("x-orleansllm-cost-usd"), exact.Header("x-orleansllm-saved-usd"));
        Assert.StartsWith("cmpl-", (await exact.JsonAsync()).GetProperty("id").GetString(), StringComparison.Ordinal);

        using var streamed = await PostAsync(new { model = Model, prompt = Prompt, stream = true });
        Assert.Equal("exact", streamed.Cache());
        Assert.Equal(text, await StreamedAsync(streamed));
        using var azure = await fixture.Gateway.PostAsync(new { prompt = Prompt }, Key, $"/openai/deployments/{Model}/completions?api-version=2024-10-21");
        Assert.Equal("miss", azure.Cache());
        Assert.Equal(Model, azure.Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Complete_StreamedFirst_ServesPlainAfter()
    {
        const string Prompt = "The clearing house of the old town";
        using var first = await PostAsync(new { model = Model, prompt = Prompt, stream = true });
        var text = await StreamedAsync(first);
        using var plain = await PostAsync(new { model = Model, prompt = Prompt });
        Assert.Equal("exact", plain.Cache());
        Assert.Equal(text, (await plain.JsonAsync()).GetProperty("choices")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Complete_OtherwiseWorded_IsNeverMatchedByMeaning()
    {
        Assert.Equal("miss", (await PostAsync(new { model = Model, prompt = "How do I reset my card's PIN?" })).Cache());
        Assert.Equal("exact", (await PostAsync(new { model = Model, prompt = "How do I reset my card's PIN?" })).Cache());
        using var reworded = await PostAsync(new { model = Model, prompt = "How can I reset my card's PIN?" });
        Assert.Equal("miss", reworded.Cache());
        Assert.Null(reworded.Header("x-orleansllm-cache-score"));
        Assert.Equal("miss", (await PostAsync(new { model = Model, prompt = "How do I reset my card's PIN?" }, GatewayFixture.Globex)).Cache());
        Assert.Equal("bypass", (await PostAsync(new { model = Model, prompt = "How do I reset my card's PIN?", n = 2 })).Cache());
    }

    [Fact]
    public async Task Complete_Alias_IsRefusedNamingTheModel()
    {
        using var response = await PostAsync(new { model = "auto", prompt = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("model", (await response.ErrorAsync()).GetProperty("param").GetString());
    }

    private static async Task<string> StreamedAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).ToList();
        Assert.Equal("data: [DONE]", lines[^1]);
        return string.Concat(lines[..^1].Select(l => System.Text.Json.JsonDocument.Parse(l[6..]).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
    }

    private Task<HttpResponseMessage> PostAsync(object body, string key = Key) => fixture.Gateway.PostAsync(body, key, "/v1/completions");
}
