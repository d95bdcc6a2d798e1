using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansLlm.Client.Tests.Wire;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Anthropic's Messages through all layers, answered by the simulator.</summary>
public sealed class MessagesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;
    private const string Model = "claude-haiku-4-5";

    [Fact]
    public async Task Say_MissThenExactThenSemantic_HasAFreshIdAndTheSameText()
    {
        const string Question = "How do I reset my trading terminal password?";
        using var first = await PostAsync(Ask(Question));
        Assert.Equal("miss", first.Cache());
        Assert.Equal(first.Header("x-request-id"), first.Header("request-id"));
        var message = await first.JsonAsync();
        Assert.Equal(("message", "end_turn"), (message.GetProperty("type").GetString(), message.GetProperty("stop_reason").GetString()));
        using var exact = await UntilAsync("exact", Ask(Question));
        var again = await exact.JsonAsync();
        Assert.NotEqual(message.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(message.GetProperty("content").GetRawText(), again.GetProperty("content").GetRawText());
        Assert.Equal(message.GetProperty("usage").GetRawText(), again.GetProperty("usage").GetRawText());
        Assert.Equal("0", exact.Header("x-orleansllm-cost-usd"));
        Assert.NotEqual("0", exact.Header("x-orleansllm-saved-usd"));
        (await UntilAsync("semantic", Ask("How can I reset my trading terminal password?"))).Dispose();
    }

    [Fact]
    public async Task Say_Streamed_ServesPlainAndStreamedAfter()
    {
        const string Question = "Which desk settles bond trades?";
        using var first = await PostAsync(Ask(Question, stream: true));
        Assert.Equal("text/event-stream", first.Content.Headers.ContentType?.MediaType);
        var events = await EventsAsync(first);
        Assert.Equal(("message_start", "message_stop"), (events[0].Type, events[^1].Type));
        using var replayed = await UntilAsync("exact", Ask(Question, stream: true));
        var replay = await EventsAsync(replayed);
        Assert.Equal(Text(events), Text(replay));
        Assert.Equal(Usage(events), Usage(replay));
        Assert.NotEqual(Id(events), Id(replay));
        using var plain = await PostAsync(Ask(Question));
        Assert.Equal("exact", plain.Cache());
        Assert.Equal(Text(events), (await plain.JsonAsync()).GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Say_OtherFormTenantBetaOrSystem_IsItsOwn()
    {
        const string Question = "Who countersigns a custody transfer?";
        (await PostAsync(Ask(Question))).Dispose();
        (await UntilAsync("exact", Ask(Question))).Dispose();
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, Model, Key)).Cache());
        Assert.Equal("miss", (await PostAsync(Ask(Question), GatewayFixture.Globex)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Ask(Question), Key, "/v1/messages", ("anthropic-beta", "context-1m"))).Cache());
        Assert.Equal("miss", (await PostAsync(new { model = Model, max_tokens = 200, system = "In French.", messages = new[] { new { role = "user", content = Question } } })).Cache());
        Assert.Equal("bypass", (await PostAsync(new { model = Model, max_tokens = 200, container = "c_1", messages = new[] { new { role = "user", content = Question } } })).Cache());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Say_AutoWithADocument_IsRoutedAndShortenedUnlessMarked(bool marked)
    {
        var document = string.Join("\n\n", Enumerable.Range(0, 60).Select(i => $"Paragraph {i}. The {i}th clause concerns storage of paper records in room {i} and is reviewed each spring by the archivist."));
        var prompt = $"<document>\n{document}\n</document>\n\nWhat does the archivist review each spring in room {(marked ? 7 : 8)}?";
        object text = marked ? new { type = "text", text = prompt, cache_control = new { type = "ephemeral" } } : new { type = "text", text = prompt };
        using var answer = await PostAsync(new { model = "auto", max_tokens = 300, messages = new[] { new { role = "user", content = new[] { text } } } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotNull(answer.Header("x-orleansllm-route-score"));
        Assert.Equal(!marked, int.Parse(answer.Header("x-orleansllm-tokens-saved")!, CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task Say_CutOff_IsNotGivenAgain()
    {
        var body = new { model = Model, max_tokens = 5, messages = new[] { new { role = "user", content = "List every branch of the bank." } } };
        using var first = await PostAsync(body);
        Assert.Equal("max_tokens", (await first.JsonAsync()).GetProperty("stop_reason").GetString());
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await PostAsync(body)).Cache());
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(529, "overloaded_error")]
    public async Task Say_ProviderRefuses_PassesItsStatusAndShape(int status, string type)
    {
        using var answer = await PostAsync(new { model = Model + "@status=" + status, max_tokens = 9, messages = new[] { new { role = "user", content = "Anything " + status } } });
        Assert.Equal(status, (int)answer.StatusCode);
        var error = await answer.JsonAsync();
        Assert.Equal(("error", type), (error.GetProperty("type").GetString(), error.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Say_GatewayRefuses_InAnthropicsShapeWithTheRequestsId()
    {
        using var wrong = await PostAsync(new { model = Model, messages = 7 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var error = await wrong.JsonAsync();
        Assert.Equal("invalid_request_error", error.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(wrong.Header("request-id"), error.GetProperty("request_id").GetString());
        using var stranger = await fixture.Gateway.PostAsync(Ask("Hello?"), "wrong", "/v1/messages");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("authentication_error", (await stranger.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Say_KeyInAnthropicsHeader_IsTheTenants()
    {
        using var answer = await fixture.Gateway.PostAsync(Ask("Whose key is this?"), null, "/v1/messages", ("x-api-key", Key));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var wrong = await fixture.Gateway.PostAsync(Ask("Whose key is this?"), null, "/v1/messages", ("x-api-key", "other"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task CountTokens_OfAMessage_CostsNothing()
    {
        var before = (await fixture.Gateway.SavingsAsync(GatewayFixture.Globex)).GetProperty("total").GetRawText();
        using var answer = await fixture.Gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = "How many tokens are these?" } } }, GatewayFixture.Globex, "/v1/messages/count_tokens");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True((await answer.JsonAsync()).GetProperty("input_tokens").GetInt32() > 5);
        Assert.Equal(before, (await fixture.Gateway.SavingsAsync(GatewayFixture.Globex)).GetProperty("total").GetRawText());
        using var wrong = await fixture.Gateway.PostAsync("{", GatewayFixture.Globex, "/v1/messages/count_tokens");
        Assert.Equal("invalid_request_error", (await wrong.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task CountTokens_ManyUnanswered_HoldUpNoOther()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await RawProvider.StartAsync(async (context, body) =>
        {
            if (body.AsSpan().IndexOf("claude-opus-4-8"u8) >= 0)
                await go.Task;
            context.Response.ContentType = "application/json";
            await RawProvider.SendAsync(context, """{"input_tokens":7}""");
        });
        var settings = provider.Settings();
        settings["OrleansLlm:Providers:raw:Kind"] = "Anthropic";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        var unanswered = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => CountAsync("claude-opus-4-8")).ToList();
        for (var attempt = 0; attempt < 600 && provider.Requests.Count < unanswered.Count; attempt++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(unanswered.Count, provider.Requests.Count);
        try
        {
            using var other = await CountAsync(Model).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal(7, (await other.JsonAsync()).GetProperty("input_tokens").GetInt32());
        }
        finally
        {
            go.SetResult();
        }

        Assert.All(await Task.WhenAll(unanswered), static a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));

        Task<HttpResponseMessage> CountAsync(string model) =>
            gateway.PostAsync(new { model, messages = new[] { new { role = "user", content = "How many?" } } }, null, "/v1/messages/count_tokens");
    }

    private static object Ask(string question, bool stream = false) => new { model = Model, max_tokens = 400, messages = new[] { new { role = "user", content = question } }, stream };

    private static string Text(List<(string Type, JsonElement Data)> events) =>
        string.Concat(events.Where(e => e.Type == "content_block_delta").Select(e => e.Data.GetProperty("delta").GetProperty("text").GetString()));

    private static string Usage(List<(string Type, JsonElement Data)> events) => events.Single(e => e.Type == "message_delta").Data.GetProperty("usage").GetRawText();

    private static string? Id(List<(string Type, JsonElement Data)> events) => events[0].Data.GetProperty("message").GetProperty("id").GetString();

    private static async Task<List<(string Type, JsonElement Data)>> EventsAsync(HttpResponseMessage response)
    {
        var events = new List<(string, JsonElement)>();
        var type = string.Empty;
        foreach (var line in (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n'))
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                events.Add((type, JsonDocument.Parse(line[6..]).RootElement));
        }

        return events;
    }

    private Task<HttpResponseMessage> PostAsync(object body, string key = Key) => fixture.Gateway.PostAsync(body, key, "/v1/messages");

    // Answers are stored after their replies.
    private async Task<HttpResponseMessage> UntilAsync(string cache, object body)
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await PostAsync(body);
            if (response.Cache() == cache)
                return response;
            Assert.True(attempt < 100, $"the cache said '{response.Cache()}', not '{cache}'");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
