using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Cluster.Tests.Upstream;

/// <summary>Both kinds of provider against a real server: what goes out, what comes back, what goes wrong.</summary>
public sealed class ProviderTests : IDisposable
{
    private const string Key = "sk-test-0123456789";
    private const string KeyVariable = "ORLEANSLLM_TEST_PROVIDER_KEY";
    private const string Body = """{ "model":"gpt-4o" , "x" : 1.0, "messages":[{"role":"user","content":"h\u00e9llo"}] }""";
    private const string Answer = """{"id":"c1", "choices":[] ,"n":1.50}""";

    private readonly List<UpstreamCatalog> _catalogs = [];

    public ProviderTests() => Environment.SetEnvironmentVariable(KeyVariable, Key);

    public static TheoryData<ProviderKind> Kinds => [ProviderKind.OpenAI, ProviderKind.AzureOpenAI];

    public static TheoryData<ProviderKind, string, int> Codings =>
        [.. from kind in Kinds from coding in new[] { "gzip", "br", "deflate" } from status in new[] { 200, 400 } select ((ProviderKind)kind, coding, status)];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(KeyVariable, null);
        _catalogs.ForEach(static c => c.Dispose());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_Body_ArrivesAndReturnsByteForByte(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var reply = await SendAsync(kind, provider.Url);

        Assert.Equal((200, UpstreamFailure.None), (reply.Status, reply.Failure));
        Assert.Equal(Answer, await ReadAsync(reply));
        Assert.Equal("application/json", reply.ContentType);
        var (_, body, headers) = Assert.Single(provider.Requests);
        Assert.Equal(Body, body);
        Assert.Equal("req_1", headers["x-client-request-id"]);
        Assert.StartsWith("application/json", headers["content-type"], StringComparison.Ordinal);
    }

    /// <summary>With a collector it does: <c>OpenTelemetryTests</c>.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_WhereNobodyCollectsSpans_NamesNoTrace(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        using var activity = new Activity("a request").Start();
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.DoesNotContain("traceparent", Assert.Single(provider.Requests).Headers.Keys);
    }

    [Fact]
    public async Task Send_OpenAi_PathAndBearerKey()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var reply = await SendAsync(ProviderKind.OpenAI, provider.Url);
        var (url, _, headers) = Assert.Single(provider.Requests);
        Assert.Equal("/v1/chat/completions", url);
        Assert.Equal("Bearer " + Key, headers["authorization"]);
        Assert.DoesNotContain("api-key", headers.Keys);
    }

    [Fact]
    public async Task Send_Azure_DeploymentInThePathVersionAndApiKey()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var reply = await SendAsync(ProviderKind.AzureOpenAI, provider.Url, deployment: "my-gpt");
        var (url, _, headers) = Assert.Single(provider.Requests);
        Assert.StartsWith("/openai/deployments/my-gpt/chat/completions?api-version=", url, StringComparison.Ordinal);
        Assert.Equal(Key, headers["api-key"]);
        Assert.DoesNotContain("authorization", headers.Keys);
    }

    [Theory]
    [InlineData(UpstreamEndpoint.Messages, "/v1/messages")]
    [InlineData(UpstreamEndpoint.CountTokens, "/v1/messages/count_tokens")]
    public async Task Send_Anthropic_PathKeyVersionAndRateLimits(UpstreamEndpoint endpoint, string path)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
            429, Answer, headers: [("retry-after", "7"), ("request-id", "up-1"), ("anthropic-ratelimit-tokens-remaining", "12"), ("anthropic-organization-id", "secret-org")]));
        await using var reply = await SendAsync(ProviderKind.Anthropic, provider.Url, endpoint: endpoint);
        Assert.Equal(429, reply.Status);
        Assert.Equal(Answer, await ReadAsync(reply));
        Assert.Equal(
            ["anthropic-ratelimit-tokens-remaining=12", "retry-after=7", "x-upstream-request-id=up-1"],
            reply.Headers.Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal));
        Assert.True(provider.Requests.TryDequeue(out var sent));
        Assert.Equal((path, Body), (sent.Url, sent.Body));
        Assert.Equal((Key, "2023-06-01"), (sent.Headers["x-api-key"], sent.Headers["anthropic-version"]));
        Assert.DoesNotContain("authorization", sent.Headers.Keys);
    }

    [Theory]
    [InlineData(ProviderKind.OpenAI, UpstreamEndpoint.Embeddings, "/v1/embeddings")]
    [InlineData(ProviderKind.AzureOpenAI, UpstreamEndpoint.Embeddings, "/openai/deployments/gpt-4o/embeddings?api-version=")]
    [InlineData(ProviderKind.OpenAI, UpstreamEndpoint.Completions, "/v1/completions")]
    [InlineData(ProviderKind.AzureOpenAI, UpstreamEndpoint.Completions, "/openai/deployments/gpt-4o/completions?api-version=")]
    [InlineData(ProviderKind.OpenAI, UpstreamEndpoint.Responses, "/v1/responses")]
    [InlineData(ProviderKind.AzureOpenAI, UpstreamEndpoint.Responses, "/openai/v1/responses")]
    public async Task Send_OtherEndpoints_ArriveByteForByteAtTheirOwnPath(ProviderKind kind, UpstreamEndpoint endpoint, string path)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(429, Answer, headers: ("retry-after", "7")));
        await using var reply = await SendAsync(kind, provider.Url, endpoint: endpoint);
        var (url, body, headers) = Assert.Single(provider.Requests);
        Assert.Equal(kind == ProviderKind.OpenAI ? "Bearer " + Key : Key, headers[kind == ProviderKind.OpenAI ? "authorization" : "api-key"]);
        Assert.StartsWith(path, url, StringComparison.Ordinal);
        Assert.Equal(Body, body);
        Assert.Equal((429, "7"), (reply.Status, reply.Headers.Single(h => h.Key.Equals("retry-after", StringComparison.OrdinalIgnoreCase)).Value));
        Assert.Equal(Answer, await ReadAsync(reply));
    }

    [Fact]
    public async Task Send_AzureModelThatClimbsOutOfThePath_IsRefusedUnsent()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var reply = await SendAsync(ProviderKind.AzureOpenAI, provider.Url, model: "../../admin");
        Assert.Equal(404, reply.Status);
        Assert.Empty(provider.Requests);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_ResponseHeaders_OnlyThoseThatConcernTheCaller(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
            200, Answer, "application/json",
            ("x-request-id", "up-1"), ("x-ratelimit-remaining-tokens", "12"), ("openai-processing-ms", "7"), ("openai-version", "2020-10-01"),
            ("openai-organization", "secret-org"), ("openai-project", "secret-project"), ("set-cookie", "a=b"), ("server", "x")));
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal(
            ["openai-processing-ms=7", "openai-version=2020-10-01", "x-ratelimit-remaining-tokens=12", "x-upstream-request-id=up-1"],
            reply.Headers.Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal));
    }

    // Without a word on it any coding is acceptable (RFC 9110, 12.5.3), and some code all the same.
    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Send_AnswerIsCodedUnasked_IsReadAsItIsMeant(ProviderKind kind, string coding, int status)
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.ContentEncoding) = (status, "application/json", coding);
            await using Stream coded = coding switch
            {
                "gzip" => new GZipStream(context.Response.Body, CompressionLevel.Fastest),
                "br" => new BrotliStream(context.Response.Body, CompressionLevel.Fastest),
                _ => new ZLibStream(context.Response.Body, CompressionLevel.Fastest),
            };
            await coded.WriteAsync(Encoding.UTF8.GetBytes(Answer));
        });
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal((status, Answer), (reply.Status, await ReadAsync(reply)));
        Assert.Equal("identity", Assert.Single(provider.Requests).Headers["accept-encoding"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Read_AnswerIsNotInItsCoding_IsAnIoFault(string coding)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer, "application/json", ("content-encoding", coding)));
        await using var reply = await SendAsync(ProviderKind.OpenAI, provider.Url);
        await Assert.ThrowsAsync<IOException>(() => ReadAsync(reply));
    }

    // Nothing else may stand in a head of ours, and the answer is paid for.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_HeadersInOtherThanAscii_StayBehind(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
            200, Answer, "application/json; name=\"é\"", ("openai-version", "é"), ("retry-after", "5")));
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal([new("retry-after", "5")], reply.Headers);
        Assert.Equal("application/json", reply.ContentType);
        Assert.Equal(Answer, await ReadAsync(reply));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_HttpErrorsWithoutRetries_PassWithBodyAndRetryHeaders(ProviderKind kind)
    {
        foreach (var status in new[] { 400, 404, 429, 500, 503 })
        {
            var error = "{\"error\":{\"message\":\"m" + status + "\"}}";
            await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
                status, error, "application/json", ("retry-after", "3"), ("retry-after-ms", "2500"), ("x-should-retry", "true")));
            await using var reply = await SendAsync(kind, provider.Url);
            Assert.Equal((status, UpstreamFailure.None), (reply.Status, reply.Failure));
            Assert.Equal(error, await ReadAsync(reply));
            Assert.Equal(["retry-after-ms=2500", "retry-after=3", "x-should-retry=true"], reply.Headers.Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal));
            // Nothing was repeated here: what the provider says of repetitions is the caller's.
            Assert.Single(provider.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_KeyRefused_IsTheGatewaysTroubleAndTellsNothingOfTheKey(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
            401, """{"error":{"message":"Incorrect API key provided: sk-pro****abcd.","type":"invalid_request_error","code":"invalid_api_key"}}""", "application/json", ("x-should-retry", "true")));
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal((502, UpstreamFailure.KeyRefused, false), (reply.Status, reply.Failure, reply.FailedBilled));
        Assert.DoesNotContain("abcd", reply.FailureMessage + await ReadAsync(reply), StringComparison.Ordinal);
        Assert.Equal("x-should-retry=false", string.Join(',', reply.Headers.Select(h => $"{h.Key}={h.Value}")));
        Assert.Single(provider.Requests);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_AccessRefused_IsTheGatewaysTroubleAndTellsNothingOfTheAccount(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(
            403, """{"error":{"message":"Project `proj_8sdJk2` does not have access to model `gpt-5`.","type":"invalid_request_error","code":"model_not_found"}}""", "application/json", ("x-should-retry", "true")));
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal((502, UpstreamFailure.AccessRefused, false), (reply.Status, reply.Failure, reply.FailedBilled));
        Assert.DoesNotContain("proj_", reply.FailureMessage + await ReadAsync(reply), StringComparison.Ordinal);
        Assert.Equal("x-should-retry=false", string.Join(',', reply.Headers.Select(h => $"{h.Key}={h.Value}")));
        Assert.Single(provider.Requests);
    }

    // As a proxy's page for developers does, which shows the request that it failed on.
    [Theory]
    [InlineData(ProviderKind.OpenAI, 500)]
    [InlineData(ProviderKind.AzureOpenAI, 400)]
    [InlineData(ProviderKind.Anthropic, 302)]
    public async Task Send_ErrorThatQuotesTheKey_IsPassedOnWithoutIt(ProviderKind kind, int status)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(status, $"<p>{Key}</p> was sent: Bearer {Key}é", "text/html"));
        await using var reply = await SendAsync(kind, provider.Url, endpoint: kind == ProviderKind.Anthropic ? UpstreamEndpoint.Messages : UpstreamEndpoint.ChatCompletions);
        var stars = new string('*', Key.Length);
        Assert.Equal((status, $"<p>{stars}</p> was sent: Bearer {stars}é"), (reply.Status, await ReadAsync(reply)));
    }

    /// <summary>A success is no error, whatever its number: it is read as it comes.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_OtherSuccess_ComesPieceByPiece(ProviderKind kind)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = 201;
            await context.Response.WriteAsync("half", TestContext.Current.CancellationToken);
            await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
            await begun.Task;
        });
        await using var reply = await SendAsync(kind, provider.Url);
        var read = await reply.Body.ReadAsync(new byte[16], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        begun.SetResult();
        Assert.Equal((200, 4), (reply.Status, read));
    }

    [Fact]
    public async Task Read_ErrorThatBreaksOff_IsAnIoFault()
    {
        var headIsThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("half", TestContext.Current.CancellationToken);
            await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
            await headIsThere.Task;
            context.Abort();
        });
        await using var reply = await SendAsync(ProviderKind.OpenAI, provider.Url);
        Assert.Equal(500, reply.Status);
        headIsThere.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(reply));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_Redirect_IsNotFollowedWithTheKey(ProviderKind kind)
    {
        await using var elsewhere = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(307, "", "text/plain", ("location", elsewhere.Url + "/v1/chat/completions")));
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal(307, reply.Status);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_Streamed_ArrivesPieceByPiece(ProviderKind kind)
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: one\n\n", TestContext.Current.CancellationToken);
            await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
            await second.Task;
            await context.Response.WriteAsync("data: two\n\n", TestContext.Current.CancellationToken);
        });
        await using var reply = await SendAsync(kind, provider.Url, stream: true);
        Assert.Contains("text/event-stream", Assert.Single(provider.Requests).Headers["accept"], StringComparison.Ordinal);
        var buffer = new byte[256];
        var read = await reply.Body.ReadAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("data: one\n\n", Encoding.UTF8.GetString(buffer, 0, read));
        second.SetResult();
        Assert.Equal("data: two\n\n", await ReadAsync(reply));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Dispose_AbandonedStream_CutsTheConnection(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync("data: more\n\n", CancellationToken.None);
                await context.Response.Body.FlushAsync(CancellationToken.None);
                await Task.Delay(20, CancellationToken.None);
            }
        });
        var reply = await SendAsync(kind, provider.Url, stream: true);
        await reply.Body.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        await reply.DisposeAsync();
        await provider.CallerGone.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        // The default drain reads on for two seconds.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1.5));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_CallerCancels_ProviderLearnsOfIt(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default));
        using var caller = new CancellationTokenSource();
        var sending = SendAsync(kind, provider.Url, cancellationToken: caller.Token);
        while (provider.Requests.IsEmpty)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await provider.CallerGone.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_NoHead_TimesOutOnce(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default));
        await using var reply = await SendAsync(kind, provider.Url, firstByte: TimeSpan.FromSeconds(1));
        Assert.Equal((504, UpstreamFailure.TimedOut), (reply.Status, reply.Failure));
        Assert.Single(provider.Requests);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_BreaksBeforeTheHead_IsBrokenAndUnrepeated(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal((502, UpstreamFailure.Broken), (reply.Status, reply.Failure));
        Assert.Single(provider.Requests);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_BreaksMidway_IsAnIoFault(ProviderKind kind)
    {
        var headRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half", CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
            await headRead.Task;
            context.Abort();
        });
        await using var reply = await SendAsync(kind, provider.Url);
        Assert.Equal(200, reply.Status);
        headRead.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(reply));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_NobodyListens_IsUnreachableInWordsWithoutTheAddress(ProviderKind kind)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var reply = await SendAsync(kind, $"http://127.0.0.1:{port}");
        Assert.Equal((502, UpstreamFailure.Unreachable), (reply.Status, reply.Failure));
        Assert.Contains("'p'", reply.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", reply.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_NoSuchHost_IsUnreachable(ProviderKind kind)
    {
        await using var reply = await SendAsync(kind, "https://no-such-host.invalid");
        Assert.Equal(UpstreamFailure.Unreachable, reply.Failure);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_TlsToAPlainPort_IsUnreachable(ProviderKind kind)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        await using var reply = await SendAsync(kind, provider.Url.Replace("http://", "https://", StringComparison.Ordinal));
        Assert.Equal(UpstreamFailure.Unreachable, reply.Failure);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task Send_UnreachableThenThere_IsRepeatedAndServed()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        var sending = SendAsync(ProviderKind.OpenAI, $"http://127.0.0.1:{port}", retries: 2);
        // Within the pauses.
        using var late = new TcpListener(IPAddress.Loopback, port);
        late.Start();
        using var connection = await late.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        await stream.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"u8.ToArray(), TestContext.Current.CancellationToken);
        await using var reply = await sending;
        Assert.Equal("{}", await ReadAsync(reply));
    }

    private async Task<UpstreamReply> SendAsync(
        ProviderKind kind, string url, string model = "gpt-4o", string? deployment = null, bool stream = false, TimeSpan? firstByte = null, CancellationToken? cancellationToken = null,
        UpstreamEndpoint endpoint = UpstreamEndpoint.ChatCompletions, int retries = 0)
    {
        var options = new ProviderOptions
        {
            Kind = kind,
            Endpoint = kind == ProviderKind.AzureOpenAI ? url : url + "/v1",
            ApiKeyVariable = KeyVariable,
            FirstByteTimeout = firstByte ?? TimeSpan.FromSeconds(20),
        };
        if (deployment is not null)
            options.Deployments[model] = deployment;
        // Lives as long as its replies.
        var catalog = Catalogs.Create(new ProvidersOptions { ["p"] = options }, new ResilienceOptions { MaxRetries = retries });
        _catalogs.Add(catalog);
        return await catalog.Find(model)!.Upstream.SendAsync(
            new UpstreamRequest(model, Encoding.UTF8.GetBytes(Body), stream, "req_1", endpoint), cancellationToken ?? TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadAsync(UpstreamReply reply)
    {
        using var reader = new StreamReader(reply.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
