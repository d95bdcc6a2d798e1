using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>Streams on their way: what is sent when, what is cut, and what is billed.</summary>
public sealed class StreamingTests
{
    private const string Chunk = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"The fee is five. "},"finish_reason":null}]}""";
    private const string Stop = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Usage = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":200}}}""";

    [Theory]
    [InlineData("\n", 1)]
    [InlineData("\r\n", 1)]
    [InlineData("\r", 1)]
    [InlineData("\r\n", 7)]
    [InlineData("\n", 1000)]
    public async Task Stream_SplitAnywhereInAnyLineEnds_PassesByteForByte(string end, int size)
    {
        var kept = $": a comment{end}{end}event: message{end}data: {Chunk}{end}{end}id: 7{end}data: {Stop}{end}{end}";
        var sent = Encoding.UTF8.GetBytes($"{kept}data: {Usage}{end}{end}data: [DONE]{end}{end}");
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var piece in sent.Chunk(size))
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        using var answer = await gateway.AskAsync("Which line ends?", stream: true);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{kept}data: [DONE]{end}{end}", text[..text.IndexOf(": x-orleansllm", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Stream_EachChunk_IsForwardedBeforeTheNextIsMade()
    {
        var next = new SemaphoreSlim(0);
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            for (var i = 0; i < 5; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await RawProvider.SendAsync(context, $"data: {Chunk.Replace("five", "five" + i, StringComparison.Ordinal)}\n\n");
            }

            await RawProvider.SendAsync(context, $"data: {Stop}\n\ndata: [DONE]\n\n");
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        // The head comes before there is a chunk.
        using var response = await OpenAsync(gateway, "Which comes first?");
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(body);
        for (var i = 0; i < 5; i++)
        {
            next.Release();
            Assert.Contains("five" + i, await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal(string.Empty, await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Stream_Silent_IsKeptAliveByCommentsBetweenEvents()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await go.Task;
            await RawProvider.SendAsync(context, $"data: {Chunk}\n\ndata: {Stop}\n\n");
            await Task.Delay(500, context.RequestAborted);
            await RawProvider.SendAsync(context, "data: [DONE]\n\n");
        });
        var settings = provider.Settings();
        settings["OrleansLlm:Api:KeepAliveInterval"] = "00:00:00.050";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var response = await OpenAsync(gateway, "Who is silent?");
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(body);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(": keep-alive", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
            Assert.Equal(string.Empty, await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        go.SetResult();
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var events = rest.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(e => e != ": keep-alive").ToList();
        Assert.Equal(["data: " + Chunk, "data: " + Stop, "data: [DONE]"], events[..3]);
        Assert.Contains(": keep-alive\n\ndata: [DONE]", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_FailsInBand_SavesNothingToThoseWhoShareIt()
    {
        const string Failed = """data: {"error":{"message":"overloaded","type":"server_error"}}""";
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await RawProvider.SendAsync(context, $"data: {Chunk}\n\n");
            await go.Task;
            await RawProvider.SendAsync(context, $"{Failed}\n\ndata: [DONE]\n\n");
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        using var first = await OpenAsync(gateway, "Who shares a failure?");
        using var second = await OpenAsync(gateway, "Who shares a failure?");
        Assert.Equal("pending", second.Cache());
        go.SetResult();
        foreach (var response in (HttpResponseMessage[])[first, second])
            Assert.StartsWith($"data: {Chunk}\n\n{Failed}\n\ndata: [DONE]\n\n: x-orleansllm", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal((2, 0m), (total.GetProperty("errors").GetInt32(), total.GetProperty("saved").GetProperty("total").GetDecimal()));
    }

    [Fact]
    public async Task Stream_SilentBeforeTheHead_SendsNothingAndKeepsTheStatus()
    {
        await using var provider = await RawProvider.StartAsync(static async (context, _) =>
        {
            await Task.Delay(600, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "0";
            await RawProvider.SendAsync(context, """{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""");
        });
        var settings = provider.Settings();
        settings["OrleansLlm:Api:KeepAliveInterval"] = "00:00:00.050";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var answer = await gateway.AskAsync("Who decides on the status?", stream: true);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("""{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_AnswerComesLaterThanTheLimitOfALostSilo_IsWaitedFor(bool stream)
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:04",
            ["OrleansLlm:Api:LostSiloLimit"] = "00:00:02",
        });
        using var answer = await gateway.AskAsync("Who thinks for long?", stream: stream);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"finish_reason\":\"stop\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_InMidAnswer_CutsTheProviderAndIsBilled(bool stream)
    {
        var gone = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult(Stopwatch.GetTimestamp()));
            if (stream)
            {
                context.Response.ContentType = "text/event-stream";
                await RawProvider.SendAsync(context, $"data: {Chunk}\n\n");
            }

            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Url) };
        using var caller = new CancellationTokenSource();
        var asking = ReadAsync();
        await started.Task;
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var aborted = Stopwatch.GetTimestamp();
        await caller.CancelAsync();
        var learned = await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"cut after {Stopwatch.GetElapsedTime(aborted, learned).TotalMilliseconds:0.0} ms");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        JsonElement total = default;
        for (var attempt = 0; attempt < 100; attempt++)
        {
            total = (await gateway.SavingsAsync()).GetProperty("total");
            if (total.GetProperty("requests").GetInt64() > 0)
                break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, total.GetProperty("requests").GetInt64());
        Assert.True(total.GetProperty("cost_usd").GetDecimal() > 0);

        async Task ReadAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body("Who leaves?", stream) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
            await response.Content.ReadAsStringAsync(caller.Token);
        }
    }

    [Fact]
    public async Task Stream_ReaderThatDoesNotRead_HoldsTheProviderBack()
    {
        const int Total = 48 * 1024 * 1024;
        var written = 0L;
        var filler = Encoding.UTF8.GetBytes($"data: {Chunk.Replace("five", new string('x', 8000), StringComparison.Ordinal)}\n\n");
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            while (written < Total)
            {
                await context.Response.Body.WriteAsync(filler, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                Interlocked.Add(ref written, filler.Length);
            }

            await RawProvider.SendAsync(context, $"data: {Stop}\n\ndata: [DONE]\n\n");
        });
        var settings = provider.Settings();
        // So many tokens take their time to count.
        settings["OrleansLlm:Api:LostSiloLimit"] = "00:05:00";
        settings["OrleansLlm:Gateway:MaxReplyBytes"] = "134217728";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(gateway.Url).Port, TestContext.Current.CancellationToken);
        var body = await Body("Who does not read?", stream: true).ReadAsStringAsync(TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        // Until nothing moves any more: sockets, Kestrel and the replay buffer are full.
        long before;
        do
        {
            before = Interlocked.Read(ref written);
            await Task.Delay(700, TestContext.Current.CancellationToken);
        }
        while (before == 0 || before != Interlocked.Read(ref written));
        TestContext.Current.TestOutputHelper?.WriteLine($"held back after {before / 1048576.0:0.0} MiB");
        // Sockets take up to 36 MiB between provider and silo where the silo was quick at first; the rest is ours.
        Assert.True(before < Total * 7L / 8, $"{before} bytes were taken from the provider for a reader who reads nothing");

        // It goes on where it stood, whole.
        var buffer = new byte[256 * 1024];
        long read = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken)) > 0)
            read += count;
        Assert.True(read > Total);
    }

    [Fact]
    public async Task Stream_WithoutAskingForUsage_IsBilledByTheInjectedOneWithItsCachedTokens()
    {
        await using var provider = await RawProvider.StartAsync(static async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await RawProvider.SendAsync(context, $"data: {Chunk}\n\ndata: {Stop}\n\ndata: {Usage}\n\ndata: [DONE]\n\n");
        });
        var settings = provider.Settings();
        settings["OrleansLlm:Pricing:Models:0:Model"] = "gpt-4o";
        settings["OrleansLlm:Pricing:Models:0:Input"] = "10";
        settings["OrleansLlm:Pricing:Models:0:CachedInput"] = "1";
        settings["OrleansLlm:Pricing:Models:0:CacheWrite"] = "12.5";
        settings["OrleansLlm:Pricing:Models:0:Output"] = "40";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var answer = await gateway.PostAsync(
            """{"model":"gpt-4o","prompt_cache_key":"k1","prompt_cache_retention":"24h","messages":[{"role":"user","content":"What was cached?"}],"stream":true}""");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\"usage\"", text, StringComparison.Ordinal);
        // 200 fresh, 600 read and 200 written tokens, 100 out.
        Assert.Contains("cost-usd=0.0091 ", text, StringComparison.Ordinal);
        Assert.Equal(0.0091m, (await gateway.SavingsAsync()).GetProperty("total").GetProperty("cost_usd").GetDecimal());
        var sent = Encoding.UTF8.GetString(Assert.Single(provider.Requests).Body);
        Assert.Contains("\"prompt_cache_key\":\"k1\",\"prompt_cache_retention\":\"24h\"", sent, StringComparison.Ordinal);

        // Given again, the usage still has what the provider said.
        using var again = await gateway.PostAsync(
            """{"model":"gpt-4o","messages":[{"role":"user","content":"What was cached?"}]}""");
        Assert.Equal("exact", again.Cache());
        var details = (await again.JsonAsync()).GetProperty("usage").GetProperty("prompt_tokens_details");
        Assert.Equal((600, 200), (details.GetProperty("cached_tokens").GetInt32(), details.GetProperty("cache_write_tokens").GetInt32()));
    }

    [Fact]
    public async Task Stream_LongerThanTheIdleDeadlineInAll_IsNotCut()
    {
        await using var provider = await RawProvider.StartAsync(static async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 8; i++)
            {
                await RawProvider.SendAsync(context, $"data: {Chunk}\n\n");
                await Task.Delay(700, context.RequestAborted);
            }

            await RawProvider.SendAsync(context, $"data: {Stop}\n\ndata: [DONE]\n\n");
        });
        var settings = provider.Settings();
        settings["OrleansLlm:Gateway:IdleStreamTimeout"] = "00:00:04";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var answer = await gateway.AskAsync("How long may it take?", stream: true);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("data: [DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", text, StringComparison.Ordinal);
    }

    private static StringContent Body(string question, bool stream) =>
        new(JsonSerializer.Serialize(new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } }, stream }), Encoding.UTF8, "application/json");

    private static async Task<HttpResponseMessage> OpenAsync(GatewayProcess gateway, string question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body(question, stream: true) };
        var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
