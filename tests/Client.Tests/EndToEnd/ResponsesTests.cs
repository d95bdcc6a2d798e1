using System.Net;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class ResponsesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Respond_MissThenExactThenSemantic_KeepsTheProvidersId()
    {
        const string Question = "How do I reset my trading terminal password?";
        using var first = await PostAsync(new { model = "gpt-4o", input = Question });
        Assert.Equal("miss", first.Cache());
        var response = await first.JsonAsync();
        Assert.Equal(("response", "completed"), (response.GetProperty("object").GetString(), response.GetProperty("status").GetString()));

        using var exact = await PostAsync(new { model = "gpt-4o", input = Question });
        Assert.Equal("exact", exact.Cache());
        var again = await exact.JsonAsync();
        // A later request may name it, and the provider must know it.
        Assert.Equal(response.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(response.GetProperty("output").GetRawText(), again.GetProperty("output").GetRawText());
        Assert.Equal("0", exact.Header("x-orleansllm-cost-usd"));

        await UntilAsync("semantic", new { model = "gpt-4o", input = "How can I reset my trading terminal password?" });
    }

    [Fact]
    public async Task Respond_Streamed_EndsCompletedAndServesPlainAndStreamedAfter()
    {
        var body = new { model = "gpt-4o", input = "Which desk settles bond trades?", stream = true };
        using var first = await PostAsync(body);
        Assert.Equal("text/event-stream", first.Content.Headers.ContentType?.MediaType);
        var events = await EventsAsync(first);
        Assert.Equal(("response.created", "response.completed"), (events[0].Type, events[^1].Type));
        Assert.True(events[^1].Data.GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);

        using var replayed = await UntilAsync("exact", body);
        var replay = await EventsAsync(replayed);
        Assert.Equal(Text(events), Text(replay));
        using var plain = await PostAsync(new { model = "gpt-4o", input = "Which desk settles bond trades?" });
        Assert.Equal("exact", plain.Cache());
        Assert.Equal(Text(events), (await plain.JsonAsync()).GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Respond_OtherFormHistoryOrTenant_IsItsOwn()
    {
        const string Question = "Who countersigns a custody transfer?";
        await PostAsync(new { model = "gpt-4o", input = Question });
        await UntilAsync("exact", new { model = "gpt-4o", input = Question });
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: Key)).Cache());
        Assert.Equal("miss", (await PostAsync(new { model = "gpt-4o", input = Question, previous_response_id = "resp_7" })).Cache());
        Assert.Equal("miss", (await PostAsync(new { model = "gpt-4o", input = Question, instructions = "Answer in French." })).Cache());
        Assert.Equal("miss", (await PostAsync(new { model = "gpt-4o", input = Question }, GatewayFixture.Globex)).Cache());
        Assert.Equal("bypass", (await PostAsync(new { model = "gpt-4o", input = Question, background = true, stream = true })).Cache());
    }

    [Fact]
    public async Task Respond_Auto_IsRoutedAndLongContextIsCompressed()
    {
        var document = string.Join("\n\n", Enumerable.Range(0, 60).Select(i => $"Paragraph {i}. The {i}th clause concerns storage of paper records in room {i} and is reviewed each spring by the archivist."));
        var question = "What does the archivist review each spring in room 7?";
        using var answer = await PostAsync(new
        {
            model = "auto",
            input = new[] { new { role = "user", content = new[] { new { type = "input_text", text = $"<document>\n{document}\n</document>\n\n{question}" } } } },
        });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(answer.Header("x-orleansllm-model"), new[] { "gpt-4o", "gpt-4o-mini" });
        Assert.NotNull(answer.Header("x-orleansllm-route-score"));
        Assert.True(int.Parse(answer.Header("x-orleansllm-tokens-saved")!, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task Respond_CutOff_IsNotGivenAgain()
    {
        var body = new { model = "gpt-4o", input = "List every branch of the bank.", max_output_tokens = 5 };
        using var first = await PostAsync(body);
        Assert.Equal("incomplete", (await first.JsonAsync()).GetProperty("status").GetString());
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await PostAsync(body)).Cache());
    }

    [Fact]
    public async Task Respond_Unreadable_SaysWhyInOpenAisShape()
    {
        using var response = await PostAsync(new { model = "gpt-4o", input = 7 });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("input", (await response.JsonAsync()).GetProperty("error").GetProperty("param").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Gateway.PostAsync("{}", null, "/v1/responses")).StatusCode);
    }

    [Fact]
    public async Task Respond_InTheBackgroundWithoutAStream_IsRefusedBecauseNothingWouldBillIt()
    {
        using var response = await PostAsync(new { model = "gpt-4o", input = "Who waits?", background = true });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("background", (await response.ErrorAsync()).GetProperty("param").GetString());
    }

    private static string Text(List<(string Type, JsonElement Data)> events) =>
        string.Concat(events.Where(e => e.Type == "response.output_text.delta").Select(e => e.Data.GetProperty("delta").GetString()));

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

    private Task<HttpResponseMessage> PostAsync(object body, string key = Key) => fixture.Gateway.PostAsync(body, key, "/v1/responses");

    // Answers are stored after their replies.
    private async Task<HttpResponseMessage> UntilAsync(string cache, object body)
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await fixture.Gateway.PostAsync(body, Key, "/v1/responses");
            if (response.Cache() == cache)
                return response;
            Assert.True(attempt < 100, $"the cache said '{response.Cache()}', not '{cache}'");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
