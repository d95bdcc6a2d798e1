using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Upstream;

namespace OrleansLlm.Cluster.Tests.Telemetry;

/// <summary>A real gateway process between a provider and a collector.</summary>
public sealed class OpenTelemetryTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallersSpan = "00f067aa0ba902b7";

    private const string Plain = """
        {"id":"chatcmpl-42","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Paris, of course."},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":20,"completion_tokens":8,"total_tokens":28,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}
        """;

    private const string Stream =
        "data: {\"id\":\"chatcmpl-43\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Rome\"},\"finish_reason\":null}]}\n\n"
        + "data: {\"id\":\"chatcmpl-43\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: {\"id\":\"chatcmpl-43\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,\"total_tokens\":10}}\n\n"
        + "data: [DONE]\n\n";

    [Fact]
    public async Task Spans_OfEveryKindOfCall_CarryTheConventionsAttributesInTheCallersTrace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        FakeProvider? asked = null;
        await using var provider = asked = await FakeProvider.StartAsync(context => AnswerAsync(asked!, context));
        await using var gateway = await StartAsync(provider, collector, capture: false);

        await AskAsync(gateway, "What is the capital of France?", stream: false, ("traceparent", $"00-{TraceId}-{CallersSpan}-01"));
        var span = await collector.WaitAsync(s => s.Name == "chat gpt-4o");
        Assert.Equal((3u, TraceId, false), (span.Kind, span.TraceId, span.IsError));
        Assert.Equal(
            new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "openai",
                ["gen_ai.request.model"] = "gpt-4o",
                ["gen_ai.request.stream"] = false,
                ["gen_ai.response.model"] = "gpt-4o-2024-08-06",
                ["gen_ai.response.id"] = "chatcmpl-42",
                ["gen_ai.response.finish_reasons"] = "stop",
                ["gen_ai.usage.input_tokens"] = 20L,
                ["gen_ai.usage.output_tokens"] = 8L,
                ["gen_ai.usage.cache_read.input_tokens"] = 4L,
                ["gen_ai.usage.cache_creation.input_tokens"] = 0L,
                ["gen_ai.usage.reasoning.output_tokens"] = 2L,
            },
            new SortedDictionary<string, object>(span.Attributes.ToDictionary(), StringComparer.Ordinal));
        // One trace from the caller through the grains to the provider.
        Assert.True(provider.Requests.TryPeek(out var sent));
        Assert.Contains(TraceId, sent.Headers["traceparent"], StringComparison.Ordinal);
        await collector.WaitAsync(s => s.TraceId == TraceId && s.Kind == 2 && s.ParentId == CallersSpan && s.Attributes.ContainsKey("orleansllm.route.reason"));

        Assert.Contains("[DONE]", await AskAsync(gateway, "What is the capital of Italy?", stream: true), StringComparison.Ordinal);
        var streamed = await collector.WaitAsync(s => s.Name == "chat gpt-4o" && s.Attributes["gen_ai.request.stream"] is true);
        Assert.Equal("chatcmpl-43", streamed.Attributes["gen_ai.response.id"]);
        Assert.Equal("stop", streamed.Attributes["gen_ai.response.finish_reasons"]);
        Assert.Equal(9L, streamed.Attributes["gen_ai.usage.input_tokens"]);
        Assert.IsType<double>(streamed.Attributes["gen_ai.response.time_to_first_chunk"]);

        await AskAsync(gateway, "Please fail.", stream: false);
        var failed = await collector.WaitAsync(s => s.Name == "chat gpt-4o" && s.IsError);
        Assert.Equal("400", failed.Attributes["error.type"]);

        string[] wanted =
        [
            "gen_ai.client.operation.duration", "gen_ai.client.token.usage", "gen_ai.client.operation.time_to_first_chunk", "gen_ai.server.request.duration",
            "gen_ai.server.time_to_first_token", "orleansllm.cache.lookups", "orleansllm.route.decisions", "orleansllm.cost.usd", "orleansllm.ledger.entries",
        ];
        for (var attempt = 0; attempt < 100 && !Array.TrueForAll(wanted, collector.Metrics.ContainsKey); attempt++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Empty(wanted.Except(collector.Metrics.Keys));
    }

    [Fact]
    public async Task Spans_ContentAskedFor_CarryPromptAndAnswer()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        FakeProvider? asked = null;
        await using var provider = asked = await FakeProvider.StartAsync(context => AnswerAsync(asked!, context));
        await using var gateway = await StartAsync(provider, collector, capture: true);
        await AskAsync(gateway, "What is the capital of France?", stream: false);
        var span = await collector.WaitAsync(s => s.Name == "chat gpt-4o");
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"What is the capital of France?"}]}]""", span.Attributes["gen_ai.input.messages"]);
        Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"Paris, of course."}]}]""", span.Attributes["gen_ai.output.messages"]);
    }

    private static Task AnswerAsync(FakeProvider provider, HttpContext context)
    {
        var body = provider.Requests.Last().Body;
        var answer = body.Contains("Please fail", StringComparison.Ordinal)
            ? FakeProvider.Reply(400, """{"error":{"message":"No.","type":"invalid_request_error"}}""")
            : body.Contains("\"stream\":true", StringComparison.Ordinal) ? FakeProvider.Reply(200, Stream, "text/event-stream") : FakeProvider.Reply(200, Plain);
        return answer(context);
    }

    private static async Task<string> AskAsync(GatewayProgram gateway, string question, bool stream, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "gpt-4o", stream, messages = new[] { new { role = "user", content = question } } }),
        };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static Task<GatewayProgram> StartAsync(FakeProvider provider, OtlpReceiver collector, bool capture) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("TEST_PROVIDER_KEY", "sk-test-0123456789"),
        ("OrleansLlm__Telemetry__CaptureContent", capture ? "true" : "false"),
        ("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"),
        ("OrleansLlm__Providers__openai__ApiKeyVariable", "TEST_PROVIDER_KEY"));
}
