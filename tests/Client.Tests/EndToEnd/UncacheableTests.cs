namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Answers that must not be given again: whatever did not end cleanly with text.</summary>
public sealed class UncacheableTests
{
    private const string Chunk = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"The fee is five."},"finish_reason":null}]}""";
    private const string Stop = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Usage = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}""";

    public static TheoryData<string, string, bool> Plain => new()
    {
        { "stop", Completion("""{"role":"assistant","content":"Five."}""", "stop"), true },
        { "length", Completion("""{"role":"assistant","content":"Five and"}""", "length"), false },
        { "content_filter", Completion("""{"role":"assistant","content":""}""", "content_filter"), false },
        { "tool_calls", Completion("""{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"fee","arguments":"{}"}}]}""", "tool_calls"), false },
        { "refusal", Completion("""{"role":"assistant","content":null,"refusal":"I cannot help with that."}""", "stop"), false },
        { "refusal in words", Completion("""{"role":"assistant","content":"I'm sorry, but I can't help with that."}""", "stop"), false },
        { "empty", Completion("""{"role":"assistant","content":""}""", "stop"), false },
        { "no choices", """{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":0,"total_tokens":9}}""", false },
        { "an error in a 200", """{"error":{"message":"overloaded","type":"server_error"}}""", false },
        { "no JSON", "The fee is five.", false },
    };

    public static TheoryData<string, string, bool> Streams => new()
    {
        { "whole", Events(Chunk, Stop, Usage, "[DONE]"), true },
        { "no end marker", Events(Chunk, Stop, Usage), false },
        { "an error event", Events(Chunk, """{"error":{"message":"overloaded","type":"server_error"}}""", "[DONE]"), false },
        { "no finish reason", Events(Chunk, Usage, "[DONE]"), false },
        { "length", Events(Chunk, Stop.Replace("stop", "length", StringComparison.Ordinal), Usage, "[DONE]"), false },
        { "content_filter", Events(Chunk, Stop.Replace("stop", "content_filter", StringComparison.Ordinal), Usage, "[DONE]"), false },
        { "refusal", Events("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"refusal":"No."},"finish_reason":null}]}""", Stop, Usage, "[DONE]"), false },
        { "refusal in words", Events(Chunk.Replace("The fee is five.", "I'm sorry, but I can't help with that.", StringComparison.Ordinal), Stop, Usage, "[DONE]"), false },
        { "tool call", Events("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"fee","arguments":"{}"}}]},"finish_reason":null}]}""", Stop.Replace("stop", "tool_calls", StringComparison.Ordinal), Usage, "[DONE]"), false },
        { "broken JSON", Events(Chunk, "{\"id\":", Stop, Usage, "[DONE]"), false },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public Task Ask_PlainTwice_SecondIsAHitOnlyOfACleanAnswer(string name, string body, bool cached) =>
        AskTwiceAsync("What is the plain fee for case " + name + "?", "application/json", body, stream: false, cached);

    [Theory]
    [MemberData(nameof(Streams))]
    public Task Ask_StreamedTwice_SecondIsAHitOnlyOfACleanAnswer(string name, string body, bool cached) =>
        AskTwiceAsync("What is the streamed fee for case " + name + "?", "text/event-stream", body, stream: true, cached);

    [Theory]
    [InlineData("Oslo, I think.", false)]
    [InlineData("{}", false)]
    [InlineData("""{\"city\":\"Oslo\"}""", true)]
    public async Task Ask_JsonTwice_SecondIsAHitOnlyOfTheJsonAskedFor(string content, bool cached)
    {
        var question = "Which city is it, as JSON, for case " + content.Length + "?";
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Providers:scripted:Endpoint"] = upstream.Endpoint });
        foreach (var stream in new[] { false, true })
        {
            if (stream)
                upstream.Answer(question + " Streamed.", "text/event-stream", Events(Chunk.Replace("The fee is five.", content, StringComparison.Ordinal), Stop, Usage, "[DONE]"));
            else
                upstream.Answer(question, "application/json", Completion($$"""{"role":"assistant","content":"{{content}}"}""", "stop"));
            var body = new
            {
                model = "gpt-4o",
                stream,
                messages = new[] { new { role = "user", content = stream ? question + " Streamed." : question } },
                response_format = new { type = "json_schema", json_schema = new { name = "city", schema = new { type = "object", required = new[] { "city" } } } },
            };
            for (var i = 0; i < 2; i++)
            {
                using var answer = await gateway.PostAsync(body);
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.Equal(i == 1 && cached ? "exact" : "miss", answer.Cache());
            }
        }
    }

    private static string Completion(string message, string finishReason) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finishReason}}}"}],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}""";

    private static string Events(params string[] data) => string.Concat(data.Select(d => $"data: {d}\n\n"));

    private static async Task AskTwiceAsync(string question, string contentType, string body, bool stream, bool cached)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer(question, contentType, body);
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Providers:scripted:Endpoint"] = upstream.Endpoint });
        for (var i = 0; i < 2; i++)
        {
            using var answer = await gateway.AskAsync(question, stream: stream);
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(i == 1 && cached ? "exact" : "miss", answer.Cache());
        }

        Assert.Equal(cached ? 1 : 2, upstream.CallsFor(question));
    }
}
