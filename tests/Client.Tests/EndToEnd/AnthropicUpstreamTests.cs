using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>A gateway whose provider is Anthropic's: recorded bytes (written from the public reference) in both directions.</summary>
public sealed class AnthropicUpstreamTests : IAsyncLifetime
{
    private const string KeyVariable = "ORLEANSLLM_TEST_ANTHROPIC_KEY";
    private const string ProviderKey = "sk-ant-test-0123456789";

    private ScriptedUpstream _upstream = null!;
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(KeyVariable, ProviderKey);
        _upstream = await ScriptedUpstream.StartAsync();
        _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:anthropic:Kind"] = "Anthropic",
            ["OrleansLlm:Providers:anthropic:Endpoint"] = _upstream.Endpoint,
            ["OrleansLlm:Providers:anthropic:ApiKeyVariable"] = KeyVariable,
            ["OrleansLlm:Routing:Tiers:0:Model"] = "claude-haiku-4-5",
            ["OrleansLlm:Routing:Tiers:1:Model"] = "claude-opus-4-8",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        Environment.SetEnvironmentVariable(KeyVariable, null);
    }

    [Fact]
    public async Task Say_PlainAndErrors_PassByteForByteAndTheCallersHeadersGoOn()
    {
        const string Body = """{ "model":"claude-haiku-4-5" , "max_tokens" : 1.0e2, "x":{"a":null,"a":1}, "messages":[{"role":"user","content":"What is the caf\u00e9 fee?"}] }""";
        const string Answer = """{"id":"msg_1","type":"message", "role":"assistant","model":"claude-haiku-4-5","content":[{"type":"thinking","thinking":"h","signature":"s"},{"type":"text","text":"Five."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":3},"n":1.50}""";
        _upstream.Answer("What is the café fee?", "application/json", Answer);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await _gateway.PostAsync(Body, null, "/v1/messages", ("anthropic-version", "2024-01-01"), ("anthropic-beta", "a,b"), ("x-api-key", "the-callers"));
            Assert.Equal(Answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            // Thinking is signed for its own question.
            Assert.Equal("miss", answer.Cache());
        }

        Assert.True(_upstream.Requests.TryDequeue(out var sent));
        Assert.Equal(Body, sent.Body);
        Assert.Equal((ProviderKey, "2024-01-01", "a,b"), (sent.Headers["x-api-key"], sent.Headers["anthropic-version"], sent.Headers["anthropic-beta"]));
        Assert.DoesNotContain("authorization", sent.Headers.Keys);
    }

    [Fact]
    public async Task Say_StreamedAuto_PassesItsBytesAndTheLedgerCountsThePromptCache()
    {
        const string Question = "Which clause limits liability?";
        const string Stream = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-opus-4-8","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,"cache_read_input_tokens":10000,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":2000},"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Clause five."}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":100}}

            event: message_stop
            data: {"type":"message_stop"}


            """;
        _upstream.Answer(Question, "text/event-stream", Stream);
        using var answer = await _gateway.PostAsync(new { model = "auto:best", max_tokens = 200, stream = true, messages = new[] { new { role = "user", content = Question } } }, null, "/v1/messages");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(Stream, text, StringComparison.Ordinal);
        Assert.Equal("claude-opus-4-8", answer.Header("x-orleansllm-model"));
        Assert.True(_upstream.Requests.TryDequeue(out var sent));
        Assert.Equal("claude-opus-4-8", JsonDocument.Parse(sent.Body).RootElement.GetProperty("model").GetString());
        Assert.Equal("2023-06-01", sent.Headers["anthropic-version"]);
        // 1000 at 5, 2000 kept for an hour at 10, 10000 read at 0.5, 100 out at 25 USD per million.
        Assert.Contains("x-orleansllm-cost-usd=0.0325 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Say_ErrorInMidStream_PassesAndIsNotGivenAgain()
    {
        const string Question = "What breaks in the middle?";
        const string Stream = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"claude-opus-4-8\",\"stop_reason\":null,\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        _upstream.Answer(Question, "text/event-stream", Stream);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await _gateway.PostAsync(new { model = "claude-opus-4-8", max_tokens = 200, stream = true, messages = new[] { new { role = "user", content = Question } } }, null, "/v1/messages");
            Assert.StartsWith(Stream, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal("miss", answer.Cache());
        }

        Assert.Equal(2, (await _gateway.SavingsAsync()).GetProperty("total").GetProperty("errors").GetInt32());
    }

    [Fact]
    public async Task Say_CutInMidStream_EndsWithAnErrorEventInAnthropicsShape()
    {
        const string Question = "What is cut in the middle?";
        _upstream.Answer(Question, "text/event-stream", "event: ping\ndata: {\"type\":\"ping\"}\n\n");
        using var answer = await _gateway.PostAsync(new { model = "claude-opus-4-8", max_tokens = 200, stream = true, messages = new[] { new { role = "user", content = Question } } }, null, "/v1/messages");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_ModelOfAnthropics_IsRefusedWithTheReason()
    {
        using var answer = await _gateway.AskAsync("Who serves this?", "claude-opus-4-8");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("form_not_served", (await answer.ErrorAsync()).GetProperty("code").GetString());
        using var auto = await _gateway.AskAsync("Who serves this?", "auto");
        Assert.Equal("FormNotServed", auto.Header("x-orleansllm-route-reason"));
        Assert.Equal(HttpStatusCode.BadRequest, auto.StatusCode);
        Assert.Empty(_upstream.Requests);
    }
}
