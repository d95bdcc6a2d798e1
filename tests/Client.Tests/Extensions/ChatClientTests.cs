using System.ClientModel;
using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Extensions;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Client.Tests.Faults;

namespace OrleansLlm.Client.Tests.Extensions;

/// <summary>The package's chat client on both ways: over HTTP, and by the Orleans client without it.</summary>
public sealed class ChatClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_MissThenExact_TellsTheSavings(bool inProcess)
    {
        await using var services = Services(fixture.Gateway, inProcess);
        var chat = services.GetRequiredService<IChatClient>();
        var question = "Which river flows through Budapest" + (inProcess ? " today?" : "?");
        var first = await chat.GetResponseAsync(question, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(first.Text);
        Assert.True(first.Usage!.InputTokenCount > 0);
        var missed = first.GetSavings()!;
        Assert.Equal(("miss", true), (missed.Cache, missed.IsFinal));
        Assert.True(missed.CostUsd > 0);
        Assert.StartsWith("req_", missed.RequestId, StringComparison.Ordinal);
        var second = await UntilExactAsync(() => chat.GetResponseAsync(question, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(first.Text, second.Text);
        var saved = second.GetSavings()!;
        Assert.Equal(0, saved.CostUsd);
        Assert.True(saved is { SavedUsd: > 0, TokensSaved: > 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetStreamingResponse_EndsWithFinalFigures(bool inProcess)
    {
        await using var services = Services(fixture.Gateway, inProcess);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in services.GetRequiredService<IChatClient>().GetStreamingResponseAsync(
            "Name a mountain of the " + (inProcess ? "Alps." : "Andes."), cancellationToken: TestContext.Current.CancellationToken))
            updates.Add(update);
        Assert.True(updates.Count > 3);
        var response = updates.ToChatResponse();
        Assert.NotEmpty(response.Text);
        Assert.True(response.Usage!.OutputTokenCount > 0);
        Assert.True(response.GetSavings() is { Cache: "miss", IsFinal: true, CostUsd: > 0 });
        Assert.Same(updates[^1].GetSavings(), response.GetSavings());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetStreamingResponse_LeftEarly_EndsQuietly(bool inProcess)
    {
        await using var services = Services(fixture.Gateway, inProcess);
        await foreach (var update in services.GetRequiredService<IChatClient>().GetStreamingResponseAsync(
            "Name every island of Norway" + (inProcess ? "!" : "."), new ChatOptions { ModelId = "gpt-4o@stall-mid" }, TestContext.Current.CancellationToken))
        {
            if (update.Text.Length > 0)
                break;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_Schema_IsRead(bool inProcess)
    {
        await using var services = Services(fixture.Gateway, inProcess);
        var answer = await services.GetRequiredService<IChatClient>().GetResponseAsync<Fee>("What is the fee?", cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotNull(answer.Result);
        Assert.NotNull(answer.GetSavings());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_Tools_AreCalledAndAnswered(bool inProcess)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("Is it sunny?", "application/json", """{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"Weather","arguments":"{\"city\":\"Rome\"}"}},{"id":"t2","type":"function","function":{"name":"Weather","arguments":"{\"city\":\"Oslo\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}""");
        upstream.Answer("\"rain in Oslo\"", "application/json", """{"id":"d","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Only in Rome."},"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}}""");
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>(GatewayFixture.Tenants()) { ["OrleansLlm:Providers:scripted:Endpoint"] = upstream.Endpoint });
        await using var services = Services(gateway, inProcess, builder => builder.UseFunctionInvocation());
        var tool = AIFunctionFactory.Create((string city) => city == "Rome" ? "sun in Rome" : "rain in Oslo", "Weather", "The weather of a city");
        var answer = await services.GetRequiredService<IChatClient>().GetResponseAsync("Is it sunny?", new ChatOptions { ModelId = "gpt-4o", Tools = [tool] }, TestContext.Current.CancellationToken);
        Assert.Equal("Only in Rome.", answer.Text);
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_ControlsAndErrors_ReachTheGatewayAndComeBack(bool inProcess)
    {
        await using var services = Services(fixture.Gateway, inProcess);
        var chat = services.GetRequiredService<IChatClient>();
        var controlled = new ChatOptions { AdditionalProperties = new() { ["cache-control"] = "no-store" } };
        var answer = await chat.GetResponseAsync("Which sea borders " + (inProcess ? "Italy?" : "Spain?"), controlled, TestContext.Current.CancellationToken);
        Assert.Equal("bypass", answer.GetSavings()!.Cache);
        var wrong = new ChatOptions { AdditionalProperties = new() { ["x-orleansllm-cache-threshold"] = "7" } };
        Assert.Equal(400, (await Assert.ThrowsAsync<ClientResultException>(() => chat.GetResponseAsync("Which sea?", wrong, TestContext.Current.CancellationToken))).Status);
        await using var stranger = Services(fixture.Gateway, inProcess, key: "wrong");
        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(
            () => stranger.GetRequiredService<IChatClient>().GetResponseAsync("Hello?", cancellationToken: TestContext.Current.CancellationToken))).Status);
    }

    [Theory]
    [InlineData("ftp://gateway/v1", null, "Endpoint")]
    [InlineData("http://gateway/v1", "key", "https")]
    public async Task Start_WrongOptions_NamesTheSetting(string endpoint, string? key, string expected)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrleansLlmChatClient(o => (o.Endpoint, o.ApiKey) = (new Uri(endpoint), key));
        using var host = builder.Build();
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HttpThatIsAllowed_Starts()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrleansLlmChatClient(o => (o.Endpoint, o.ApiKey, o.AllowHttp) = (new Uri("http://orleansllm.orleansllm/v1"), "key", true));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(host.Services.GetRequiredService<IChatClient>());
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_ProviderAlwaysFails_IsPaidForByTheGatewaysTriesAlone(bool inProcess)
    {
        await using var server = new FaultyServer();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>(GatewayFixture.Tenants())
        {
            ["OrleansLlm:Providers:faulty:Endpoint"] = $"http://127.0.0.1:{server.Port}/v1",
            ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
            ["OrleansLlm:Resilience:BreakerMinimumCalls"] = "1000",
        });
        await using var services = Services(gateway, inProcess);
        var model = "500.package-" + (inProcess ? "cluster" : "http");
        Assert.Equal(500, (await Assert.ThrowsAsync<ClientResultException>(() => services.GetRequiredService<IChatClient>().GetResponseAsync(
            "Who repeats this?", new ChatOptions { ModelId = model }, TestContext.Current.CancellationToken))).Status);
        Assert.Equal(3, server.CallsFor(model));
    }

    [Fact]
    public async Task GetResponse_RefusedForAMoment_IsAskedAgain()
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(
            new Dictionary<string, string?>(GatewayFixture.Tenants()) { ["OrleansLlm:Api:MaxConcurrentRequests"] = "1", ["OrleansLlm:Api:MaxQueuedRequests"] = "0" },
            wrapUpstreams: (_, upstreams) => held.Before(upstreams));
        await using var services = Services(gateway, inProcess: false);
        var first = gateway.AskAsync("Who is first?", key: GatewayFixture.Acme);
        await held.ArrivedAsync();
        var second = services.GetRequiredService<IChatClient>().GetResponseAsync("Who is second?", cancellationToken: TestContext.Current.CancellationToken);
        await Task.WhenAny(second, Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken));
        Assert.False(second.IsCompleted);
        held.LetGo();
        using var answer = await first;
        Assert.NotEmpty((await second).Text);
    }

    [Fact]
    public async Task GetResponse_NobodyListensYet_IsAskedAgain()
    {
        var port = LoopbackPort.Free();
        await using var services = Services(port);
        var asking = services.GetRequiredService<IChatClient>().GetResponseAsync("Who is there?", cancellationToken: TestContext.Current.CancellationToken);
        await Task.WhenAny(asking, Task.Delay(200, TestContext.Current.CancellationToken));
        await using var server = await StartAsync(port, static (_, _) => null);
        Assert.Equal("Here.", (await asking).Text);
    }

    // Nothing was asked of a model where the gateway says when to come back; what broke may be billed.
    [Theory]
    [InlineData(503, "1", null, 2)]
    [InlineData(429, null, null, 2)]
    [InlineData(503, null, null, 1)]
    [InlineData(503, "1", "false", 1)]
    [InlineData(500, "1", null, 1)]
    [InlineData(0, null, null, 1)]
    public async Task GetResponse_FailsAtFirst_IsAskedAgainWhereNothingWasBegun(int status, string? retryAfter, string? shouldRetry, int most)
    {
        var calls = 0;
        var port = LoopbackPort.Free();
        await using var server = await StartAsync(port, (context, call) =>
        {
            calls = call;
            if (call > 1)
                return null;
            if (status == 0)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            context.Response.Headers["x-should-retry"] = shouldRetry;
            return Task.CompletedTask;
        });
        await using var services = Services(port);
        var asking = services.GetRequiredService<IChatClient>().GetResponseAsync("Who is there?", cancellationToken: TestContext.Current.CancellationToken);
        if (most == 1)
            Assert.Equal(status, (await Assert.ThrowsAnyAsync<ClientResultException>(() => asking)).Status);
        else
            Assert.Equal("Here.", (await asking).Text);
        Assert.Equal(most, calls);
    }

    // A gateway of one answer; the first call, and what it does with it (null: answers it), are the test's.
    private static async Task<WebApplication> StartAsync(int port, Func<HttpContext, int, Task?> before)
    {
        var calls = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => before(context, Interlocked.Increment(ref calls)) ?? AnswerAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;

        static Task AnswerAsync(HttpContext context)
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Here."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}""");
        }
    }

    private static ServiceProvider Services(int port)
    {
        var services = new ServiceCollection();
        services.AddOrleansLlmChatClient(o => o.Endpoint = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/v1"));
        return services.BuildServiceProvider();
    }

    private static async Task<ChatResponse> UntilExactAsync(Func<Task<ChatResponse>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await ask();
            if (response.GetSavings()?.Cache == "exact")
                return response;
            Assert.True(attempt < 100, $"the cache said '{response.GetSavings()?.Cache}'");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static ServiceProvider Services(GatewayProcess gateway, bool inProcess, Action<ChatClientBuilder>? around = null, string key = GatewayFixture.Acme)
    {
        var services = new ServiceCollection();
        services.AddSingleton(gateway.Services.GetRequiredService<IClusterClient>());
        var builder = services.AddOrleansLlmChatClient(o =>
        {
            o.Endpoint = inProcess ? null : new Uri(gateway.Url + "/v1");
            o.ApiKey = key;
        });
        around?.Invoke(builder);
        return services.BuildServiceProvider();
    }

    [Description("A fee")]
    private sealed record Fee(string Currency, int Amount);
}
