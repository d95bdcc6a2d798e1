using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Upstream;

namespace OrleansLlm.Cluster.Tests.Telemetry;

/// <summary>
/// Secrets and prompts planted in requests of many kinds, good and bad, to a real gateway process: none comes out in its log, its telemetry or its
/// metrics.
/// </summary>
public sealed class CanaryTests
{
    private const string Prompt = "CANARYPROMPT7f3a";
    private const string CallersKey = "canary-callers-key-51d0c2";
    private const string WrongKey = "canary-wrong-key-9be172";
    private const string ProvidersKey = "sk-canary-provider-key-c0ffee";

    [Theory]
    [InlineData("Text", "Information")]
    [InlineData("Json", "Debug")]
    public async Task Output_AfterRequestsOfEveryKind_HoldsNoSecretAndNoPrompt(string format, string level)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        FakeProvider? asked = null;
        await using var provider = asked = await FakeProvider.StartAsync(context => AnswerAsync(asked!, context));
        await using var gateway = await GatewayProgram.StartAsync(
            "orleansllm.dll",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("Logging__LogLevel__Default", level),
            ("OrleansLlm__Log__Format", format),
            ("CANARY_TENANT_KEY", CallersKey),
            ("CANARY_PROVIDER_KEY", ProvidersKey),
            ("OrleansLlm__Tenants__canary__KeyVariable", "CANARY_TENANT_KEY"),
            ("OrleansLlm__Tenants__canary__Operator", "true"),
            ("OrleansLlm__Risk__CompareShare", "1"),
            ("OrleansLlm__Risk__ShadowShare", "1"),
            ("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"),
            ("OrleansLlm__Providers__openai__ApiKeyVariable", "CANARY_PROVIDER_KEY"));

        foreach (var way in (string[])["good", "good", "refuse", "fault", "garbage", "torn"])
        {
            foreach (var stream in (bool[])[false, true])
            {
                var messages = new[] { new { role = "system", content = $"{Prompt} system" }, new { role = "user", content = $"{Prompt} {way}: what is the capital of {Prompt}?" } };
                await SendAsync(gateway, HttpMethod.Post, "/v1/chat/completions", new { model = "gpt-4o", stream, messages });
                await SendAsync(gateway, HttpMethod.Post, "/v1/chat/completions", new { model = "auto", stream, messages });
                await SendAsync(gateway, HttpMethod.Post, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", new { messages, stream }, apiKey: true);
                await SendAsync(gateway, HttpMethod.Post, "/v1/responses", new { model = "gpt-4o", stream, input = $"{Prompt} {way}" });
                await SendAsync(gateway, HttpMethod.Post, "/v1/completions", new { model = "gpt-3.5-turbo-instruct", stream, prompt = $"{Prompt} {way}" });
            }

            await SendAsync(gateway, HttpMethod.Post, "/v1/embeddings", new { model = "text-embedding-3-small", input = $"{Prompt} {way}" });
        }

        await SendAsync(gateway, HttpMethod.Post, "/v1/explain", new { model = "auto", messages = new[] { new { role = "user", content = Prompt } } });
        await SendAsync(gateway, HttpMethod.Post, "/v1/chat/completions", $"{{\"model\": \"gpt-4o\", \"messages\": [\"{Prompt}\"");
        await SendAsync(gateway, HttpMethod.Post, "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = Prompt, content = Prompt } } });
        await SendAsync(gateway, HttpMethod.Post, "/v1/feedback", new { request_id = Prompt, verdict = Prompt });
        await SendAsync(gateway, HttpMethod.Post, "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = Prompt } } }, key: WrongKey);
        await SendAsync(gateway, HttpMethod.Get, "/admin/v1/savings", null);
        await SendAsync(gateway, HttpMethod.Get, "/admin/v1/ledger?format=csv", null);
        await SendAsync(gateway, HttpMethod.Delete, "/admin/v1/cache?all=true", null);
        await collector.WaitAsync(s => s.Name == "chat gpt-4o");
        var metrics = await SendAsync(gateway, HttpMethod.Get, "/metrics", null);
        gateway.Terminate();
        await gateway.ExitAsync();

        // All that the platform tells apart had room (GatewayOpenTelemetry).
        Assert.DoesNotContain("otel_metric_overflow", metrics, StringComparison.Ordinal);
        // The canaries were there.
        Assert.Contains("orleansllm_cost_usd", metrics, StringComparison.Ordinal);
        Assert.Contains(ProvidersKey, provider.Requests.First().Headers["authorization"], StringComparison.Ordinal);
        Assert.Contains(Prompt, provider.Requests.First().Body, StringComparison.Ordinal);
        Assert.NotEmpty(gateway.Output);
        var telemetry = string.Concat(collector.Bodies.Select(static b => Encoding.Latin1.GetString(b)));
        foreach (var (where, said) in (ReadOnlySpan<(string, string)>)[("log", gateway.Output), ("telemetry", telemetry), ("metrics", metrics)])
        {
            foreach (var canary in (ReadOnlySpan<string>)[Prompt, CallersKey, WrongKey, ProvidersKey])
            {
                var at = said.IndexOf(canary, StringComparison.OrdinalIgnoreCase);
                Assert.True(at < 0, at < 0 ? "" : $"{where}: {said[Math.Max(0, at - 400)..Math.Min(said.Length, at + 200)]}");
            }
        }
    }

    private static async Task<string> SendAsync(GatewayProgram gateway, HttpMethod method, string path, object? body, string key = CallersKey, bool apiKey = false)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation(apiKey ? "api-key" : "Authorization", apiKey ? key : "Bearer " + key);
        if (body is not null)
            request.Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body);
        try
        {
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // A torn answer.
            return string.Empty;
        }
    }

    // Repeats the prompt in everything it says, as providers do.
    private static async Task AnswerAsync(FakeProvider provider, HttpContext context)
    {
        var body = provider.Requests.Last().Body;
        var streamed = body.Contains("\"stream\":true", StringComparison.Ordinal);
        if (body.Contains("refuse", StringComparison.Ordinal))
        {
            await FakeProvider.Reply(400, $$$"""{"error":{"message":"{{{Prompt}}} is refused","type":"{{{Prompt}}}","code":"{{{Prompt}}}"}}""")(context);
        }
        else if (body.Contains("fault", StringComparison.Ordinal))
        {
            await FakeProvider.Reply(500, Prompt, "text/plain", ("x-secret", Prompt))(context);
        }
        else if (body.Contains("garbage", StringComparison.Ordinal))
        {
            await FakeProvider.Reply(200, $"<html>{Prompt}</html>", streamed ? "text/event-stream" : "application/json")(context);
        }
        else if (body.Contains("torn", StringComparison.Ordinal))
        {
            context.Response.ContentType = streamed ? "text/event-stream" : "application/json";
            await context.Response.WriteAsync($"data: {{\"id\":\"{Prompt}");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
        else if (streamed)
        {
            await FakeProvider.Reply(
                200,
                $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{Prompt}\"}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n",
                "text/event-stream")(context);
        }
        else
        {
            await FakeProvider.Reply(
                200,
                $$$"""{"id":"c","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"{{{Prompt}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""")(context);
        }
    }
}
