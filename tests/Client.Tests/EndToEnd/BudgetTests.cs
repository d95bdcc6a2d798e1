using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OpenAI;
using OpenAI.Chat;
using OrleansLlm.Client.Tests.Faults;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Alerts;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Hard caps through the whole gateway.</summary>
public sealed class BudgetTests
{
    private static readonly string HundredWords = string.Concat(Enumerable.Repeat(" word", 100));

    private const string FailedInBand = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";

    [Fact]
    public async Task Ask_OverTheCap_IsRefusedInOpenAisShapeAndNothingIsSent()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        foreach (var question in new[] { "first", "second" })
            upstream.Answer(question, "application/json", Completion(1000, 1000));
        // One answer costs 0.0125; the most that a second might cost with 1,500 tokens is 0.015 and more.
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "0.025"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "first", 1500)).StatusCode);
        await SettledAsync(gateway, 0.0125m);
        var refused = await AskAsync(gateway, "second", 1500);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var error = (await refused.JsonAsync()).GetProperty("error");
        Assert.Equal("insufficient_quota", error.GetProperty("code").GetString());
        Assert.Equal("insufficient_quota", error.GetProperty("type").GetString());
        Assert.Equal("false", refused.Header("x-should-retry"));
        Assert.False(refused.Headers.Contains("retry-after"));
        Assert.Equal(0, upstream.CallsFor("second"));

        // What costs nothing is still given, and what fits is still asked.
        Assert.Equal("exact", (await AskAsync(gateway, "first", 1500)).Cache());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "second", 1000)).StatusCode);
        await SettledAsync(gateway, 0.025m);
    }

    [Theory]
    [InlineData("unreachable", 0)]
    [InlineData("status=500", 0)]
    // Nobody knows what it cost: it was sent, and no usage came back.
    [InlineData("broken", 0.01)]
    public async Task Ask_CallFails_CostsWhatIsKnown(string fault, double least)
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Hour", "1"));
        using var failed = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What fails?" } }, metadata = new { simulator_fault = fault } }, GatewayFixture.Acme);
        Assert.NotEqual(HttpStatusCode.OK, failed.StatusCode);
        var status = await QuietAsync(gateway);
        Assert.InRange(status.SpentUsd, (decimal)least, least == 0 ? 0m : 1m);
    }

    [Fact]
    public async Task Ask_Stream_IsSettledAtItsCost()
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Month", "1"));
        using var response = await gateway.AskAsync("What streams?", key: GatewayFixture.Acme, stream: true);
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var cost = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total").GetProperty("cost_usd").GetDecimal();
        Assert.NotEqual(0m, cost);
        await SettledAsync(gateway, cost);
    }

    [Theory]
    [InlineData("gpt-4o", "", 0.00001, 0.0001)]
    [InlineData("gpt-4o", FailedInBand, 0.00001, 0.0001)]
    // What it thought before nobody has seen: as much as it was allowed to.
    [InlineData("o3", "", 0.008, 0.009)]
    [InlineData("o3", FailedInBand, 0.008, 0.009)]
    [InlineData("o3", FailedInBand + "data: [DONE]\n\n", 0.008, 0.009)]
    public async Task Ask_StreamBreaksBeforeItsUsage_CostsWhatMayBeHidden(string model, string end, double least, double most)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var sent = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + model + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n" + end;
        upstream.Answer("cut", "text/event-stream", sent);
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Hour", "1"));
        using var broken = await gateway.PostAsync(
            new { model, stream = true, max_completion_tokens = 1000, messages = new[] { new { role = "user", content = "cut" } } }, GatewayFixture.Acme);
        var text = await broken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(sent, text, StringComparison.Ordinal);
        // The provider's own, else the gateway's.
        Assert.Equal(2, text.Split("data: {\"error\"").Length);
        Assert.InRange((await QuietAsync(gateway)).SpentUsd, (decimal)least, (decimal)most);
        Assert.Equal(1, (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total").GetProperty("errors").GetInt32());
    }

    [Theory]
    [InlineData(201, false)]
    [InlineData(203, false)]
    [InlineData(201, true)]
    public async Task Ask_AnotherSuccessThan200_IsBilledAlike(int status, bool stream)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("made", stream ? "text/event-stream" : "application/json", stream ? Chunks("""{"prompt_tokens":1000,"completion_tokens":1000}""") : Completion(1000, 1000), status);
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var answer = await AskAsync(gateway, "made", 1500, stream);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await SettledAsync(gateway, 0.0125m);
        Assert.Equal(0.0125m, (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total").GetProperty("cost_usd").GetDecimal());
    }

    // A hundred words were written: what the provider leaves uncounted is counted here, and says so.
    [Theory]
    [InlineData(false, """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", 0.00101, 0.0012)]
    [InlineData(true, """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", 0.00101, 0.0012)]
    [InlineData(false, """{"prompt_tokens":1000,"completion_tokens":"100"}""", 0.00101, 0.0012)]
    [InlineData(false, """{"prompt_tokens":0,"completion_tokens":1000}""", 0.0100025, 0.0101)]
    [InlineData(true, """{"prompt_tokens":0,"completion_tokens":1000}""", 0.0100025, 0.0101)]
    public async Task Ask_CountsThatLeaveSomethingOut_AreCompletedHere(bool stream, string usage, double least, double most)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("made", stream ? "text/event-stream" : "application/json", stream ? Chunks(usage) : Completion(usage));
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var answer = await AskAsync(gateway, "made", 1500, stream);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var spent = (await QuietAsync(gateway)).SpentUsd;
        Assert.InRange(spent, (decimal)least, (decimal)most);
        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        Assert.Equal((spent, 1), (total.GetProperty("cost_usd").GetDecimal(), total.GetProperty("estimated").GetInt32()));
    }

    // The first chunk's count of one token, where a hundred came.
    [Theory]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("")]
    public async Task Ask_StreamWhoseCountsComeFirst_CostsWhatCameAfterThemToo(string end)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        const string Counted = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"word"}}],"usage":{"prompt_tokens":1000,"completion_tokens":1}}""" + "\n\n";
        upstream.Answer("made", "text/event-stream", Counted + Chunks("null").Replace("data: [DONE]\n\n", end, StringComparison.Ordinal));
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var answer = await AskAsync(gateway, "made", 1500, stream: true);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.InRange((await QuietAsync(gateway)).SpentUsd, 0.0025m + 0.00101m, 0.0025m + 0.0012m);
    }

    // Nobody counted the tools or the picture: of them the most that they could be counts, of the answer what came.
    [Theory]
    [InlineData(false, "", 0.025, 0.027)]
    [InlineData(false, "data: [DONE]\n\n", 0.025, 0.027)]
    [InlineData(true, "", 0.32, 0.322)]
    public async Task Ask_StreamWithoutCountsOfMoreThanText_CostsThePromptThatItMayHaveBeen(bool hasPicture, string end, double least, double most)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("made", "text/event-stream", Chunks("null").Replace("data: [DONE]\n\n", end, StringComparison.Ordinal));
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        object text = new { type = "text", text = "made" }, picture = new { type = "image_url", image_url = new { url = "https://x/y.png" } };
        var tool = new { type = "function", function = new { name = "find", description = new string('x', 10_000) } };
        using var answer = await gateway.PostAsync(
            new { model = "gpt-4o", stream = true, max_completion_tokens = 16_000, messages = new[] { new { role = "user", content = hasPicture ? new[] { text, picture } : [text] } }, tools = hasPicture ? null : new[] { tool } },
            GatewayFixture.Acme);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.InRange((await QuietAsync(gateway)).SpentUsd, (decimal)least, (decimal)most);
    }

    [Fact]
    public async Task Ask_CallerLeavesWhileAnotherModelIsAsked_TheOneThatRefusedCostsNothing()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Budgets:Day"] = "1";
        settings["OrleansLlm:Fallback:Rules:0:Model"] = "gpt-4o";
        settings["OrleansLlm:Fallback:Rules:0:Outage:0"] = "gpt-4o-mini";
        var asked = new TaskCompletionSource();
        await using var gateway = await GatewayProcess.StartAsync(settings, wrapUpstreams: (_, inner) => new RefusingThenSilent(inner, asked));
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url + "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"gpt-4o","max_tokens":1000,"messages":[{"role":"user","content":"Who answers?"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", GatewayFixture.Acme);
        var reply = gateway.Http.SendAsync(request, leaving.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);

        // The silent one may have cost its most, which is far below what the other's 0.01 would be.
        Assert.InRange((await QuietAsync(gateway)).SpentUsd, 0.0001m, 0.001m);
    }

    [Fact]
    public async Task Ask_CallerLeavesDuringARetryPause_CostsNothing()
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var active = new ActiveRequests(gateway.Services);
        var (own, pausing) = (gateway.Services.GetRequiredService<IMeterFactory>(), new TaskCompletionSource());
        using var retries = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "orleansllm.upstream.retries" && ReferenceEquals(instrument.Meter.Scope, own))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        retries.SetMeasurementEventCallback<long>((_, _, _, _) => pausing.TrySetResult());
        retries.Start();
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url + "/v1/chat/completions")
        {
            Content = new StringContent(
                """{"model":"gpt-4o","max_tokens":1000,"metadata":{"simulator_fault":"status=429;retry-after=9"},"messages":[{"role":"user","content":"Who waits?"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", GatewayFixture.Acme);
        var reply = gateway.Http.SendAsync(request, leaving.Token);
        await pausing.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);
        while (active.Count > 0)
            await Task.Delay(25, TestContext.Current.CancellationToken);

        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        Assert.Equal((1, 1, 0), (total.GetProperty("requests").GetInt32(), total.GetProperty("errors").GetInt32(), total.GetProperty("estimated").GetInt32()));
        Assert.Equal(0m, total.GetProperty("cost_usd").GetDecimal());
        await SettledAsync(gateway, 0m);
    }

    [Fact]
    public async Task Embed_OverTheCap_IsRefused()
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Day", "0"));
        using var refused = await gateway.PostAsync(new { model = "text-embedding-3-small", input = "some text" }, GatewayFixture.Acme, "/v1/embeddings");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("insufficient_quota", (await refused.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("Refuse", HttpStatusCode.Forbidden)]
    [InlineData("Allow", HttpStatusCode.OK)]
    public async Task Ask_UnpricedModel_IsAsConfigured(string setting, HttpStatusCode expected)
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"), ("OrleansLlm:Budgets:UnpricedModels", setting));
        Assert.Equal(expected, (await gateway.AskAsync("What has no price?", "house-model", GatewayFixture.Acme)).StatusCode);
        // Without a cap nothing is refused.
        Assert.Equal(HttpStatusCode.OK, (await gateway.AskAsync("What has no price?", "house-model", GatewayFixture.Globex)).StatusCode);
    }

    [Theory]
    // At most 0.015 and a little at the list price with 1,500 tokens, 0.0255 and a little at priority's.
    [InlineData(null, "Standard", HttpStatusCode.OK)]
    [InlineData("flex", "Standard", HttpStatusCode.OK)]
    [InlineData("priority", "Standard", HttpStatusCode.TooManyRequests)]
    [InlineData(null, "Priority", HttpStatusCode.TooManyRequests)]
    [InlineData("default", "Priority", HttpStatusCode.OK)]
    [InlineData("ultrafast", "Standard", HttpStatusCode.Forbidden)]
    // It has no priority price: the project's setting asks for none, a request may.
    [InlineData(null, "Priority", HttpStatusCode.OK, "o3-mini")]
    [InlineData("priority", "Priority", HttpStatusCode.Forbidden, "o3-mini")]
    public async Task Ask_ServiceTier_SetsAsideWhatItMayCost(string? tier, string projectTier, HttpStatusCode expected, string model = "gpt-4o")
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Day", "0.025"), ("OrleansLlm:Budgets:ProjectTier", projectTier));
        object[] messages = [new { role = "user", content = "Which tier?" }];
        object body = tier is null
            ? new { model, messages, max_completion_tokens = 1500 }
            : new { model, messages, max_completion_tokens = 1500, service_tier = tier };
        using var response = await gateway.PostAsync(body, GatewayFixture.Acme);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(190_000, HttpStatusCode.OK)]
    // At the price above 200,000 tokens 1.2, at the other 0.6.
    [InlineData(300_000, HttpStatusCode.TooManyRequests)]
    public async Task Ask_PromptBeyondALengthOfAPriceOfOnesOwn_SetsAsideItsPrice(int words, HttpStatusCode expected)
    {
        await using var gateway = await StartAsync(
            null,
            ("OrleansLlm:Tenants:acme:Budgets:Day", "1"),
            ("OrleansLlm:Pricing:Models:0:Model", "gpt-5.6"),
            ("OrleansLlm:Pricing:Models:0:Input", "2"),
            ("OrleansLlm:Pricing:Models:0:Output", "8"),
            ("OrleansLlm:Pricing:Models:0:LongContext:0:AboveTokens", "200000"),
            ("OrleansLlm:Pricing:Models:0:LongContext:0:Input", "4"),
            ("OrleansLlm:Pricing:Models:0:LongContext:0:Output", "12"));
        using var response = await gateway.PostAsync(
            new { model = "gpt-5.6", messages = new[] { new { role = "user", content = string.Concat(Enumerable.Repeat("word ", words)) } }, max_completion_tokens = 100 }, GatewayFixture.Acme);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("priority", "priority", 0.02125, 0)]
    // Asked for and not given.
    [InlineData("priority", "default", 0.0125, 0)]
    // The project's own setting, of which the request says nothing.
    [InlineData("auto", "priority", 0.02125, 0)]
    // gpt-4o has no flex price: the list price, and told.
    [InlineData("flex", "flex", 0.0125, 1)]
    public async Task Ask_AnswerNamesItsTier_IsBilledAtIt(string asked, string served, double cost, int unpriced)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("first", "application/json", Completion(1000, 1000).Insert(1, $"\"service_tier\":\"{served}\","));
        await using var gateway = await StartAsync(upstream, ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var response = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "first" } }, max_completion_tokens = 1500, service_tier = asked }, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await SettledAsync(gateway, (decimal)cost);
        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        Assert.Equal((decimal)cost, total.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(0m, total.GetProperty("saved").GetProperty("total").GetDecimal());
        Assert.Equal(unpriced, total.GetProperty("unpriced").GetInt32());
    }

    [Fact]
    public async Task Ask_TheSameByTwoProjectsAtOnce_TheFirstPaysAndAnEmptyPurseDoesNotStopTheOther()
    {
        await using var gateway = await StartAsync(
            null,
            ("OrleansLlm:Simulator:FirstTokenLatency", "00:00:00.500"),
            ("OrleansLlm:Tenants:acme:Projects:rich:KeyHashes:0", GatewayFixture.HashOf("rich-key")),
            ("OrleansLlm:Tenants:acme:Projects:rich:Budgets:Day", "1"),
            ("OrleansLlm:Tenants:acme:Projects:poor:KeyHashes:0", GatewayFixture.HashOf("poor-key")),
            ("OrleansLlm:Tenants:acme:Projects:poor:Budgets:Day", "0"));
        var poor = Enumerable.Range(0, 10).Select(_ => gateway.AskAsync("Who pays for this?", key: "poor-key")).ToList();
        var rich = Enumerable.Range(0, 10).Select(_ => gateway.AskAsync("Who pays for this?", key: "rich-key")).ToList();
        var paid = await Task.WhenAll(rich);
        Assert.All(paid, r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        Assert.Equal(1, paid.Count(r => r.Cache() == "miss"));
        // A poor one either began alone, and was refused, or got what the rich one paid for.
        Assert.All(await Task.WhenAll(poor), r => Assert.Contains(r.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        await SettledAsync(gateway, total.GetProperty("cost_usd").GetDecimal());
    }

    [Fact]
    public async Task Ask_OverTheCapByTheSdk_IsToldInItsOwnException()
    {
        await using var gateway = await StartAsync(null, ("OrleansLlm:Tenants:acme:Budgets:Day", "0"));
        var client = new ChatClient("gpt-4o", new ApiKeyCredential(GatewayFixture.Acme), new OpenAIClientOptions { Endpoint = new Uri(gateway.Url + "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var refused = await Assert.ThrowsAsync<ClientResultException>(async () => await client.CompleteChatAsync("What is refused?"));
        Assert.Equal(429, refused.Status);
        Assert.Contains("insufficient_quota", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spend_StepsReached_ArePostedSignedAndAgainUntilTaken()
    {
        const string Secret = "a-webhook-secret-of-the-operator";
        var seen = new ConcurrentQueue<(string Id, string Timestamp, string Signature, byte[] Body)>();
        var refusals = 2;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var hook = builder.Build();
        hook.MapPost("/hook", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen.Enqueue((context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"]!, context.Request.Headers["webhook-signature"]!, body.ToArray()));
            context.Response.StatusCode = Interlocked.Decrement(ref refusals) >= 0 ? 503 : 204;
        });
        await hook.StartAsync(TestContext.Current.CancellationToken);
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("first", "application/json", Completion(1000, 1000));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Secret, TestContext.Current.CancellationToken);
        await using var gateway = await StartAsync(
            upstream, ("OrleansLlm:Tenants:acme:Budgets:Month", "0.02"), ("OrleansLlm:Budgets:WebhookUrl", hook.Urls.First() + "/hook"), ("OrleansLlm:Budgets:WebhookSecretFile", file));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "first", 1000)).StatusCode);
        for (var i = 0; i < 200 && seen.Count < 3; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        await Task.Delay(1500, TestContext.Current.CancellationToken);

        Assert.Equal(3, seen.Count);
        Assert.Single(seen.Select(s => s.Id).Distinct());
        Assert.All(seen, s => Assert.Equal(WebhookAlerts.Sign(Encoding.UTF8.GetBytes(Secret), s.Id, s.Timestamp, s.Body), s.Signature));
        var data = JsonDocument.Parse(seen.First().Body).RootElement.GetProperty("data");
        Assert.Equal((50, "acme", "month"), (data.GetProperty("percent").GetInt32(), data.GetProperty("tenant").GetString(), data.GetProperty("window").GetString()));
        File.Delete(file);
    }

    /// <summary>The strong model is out of order, the small one says nothing.</summary>
    private sealed class RefusingThenSilent(IUpstreamCatalog inner, TaskCompletionSource asked) : IUpstreamCatalog, IUpstream
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public string Name => "scripted";

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => inner.Find(model, endpoint) is { } target ? target with { Upstream = this } : null;

        public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
        {
            if (request.Model == "gpt-4o")
                return new UpstreamReply(503, [], "application/json", new MemoryStream("{}"u8.ToArray()));
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Never reached.");
        }
    }

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream? upstream, params (string Key, string Value)[] settings)
    {
        var all = GatewayFixture.Tenants();
        if (upstream is not null)
        {
            all["OrleansLlm:Providers:scripted:Endpoint"] = upstream.Endpoint;
            all["OrleansLlm:Providers:scripted:Kind"] = "OpenAI";
        }

        foreach (var (key, value) in settings)
            all[key] = value;
        return GatewayProcess.StartAsync(all);
    }

    private static Task<HttpResponseMessage> AskAsync(GatewayProcess gateway, string question, int most, bool stream = false) => gateway.PostAsync(
        new { model = "gpt-4o", stream, messages = new[] { new { role = "user", content = question } }, max_completion_tokens = most }, GatewayFixture.Acme);

    private static string Completion(int prompt, int completion) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"An answer."},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{completion}}},"total_tokens":{{{prompt + completion}}}}}""";

    private static string Completion(string usage) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"{{{HundredWords}}}"},"finish_reason":"stop"}],"usage":{{{usage}}}}""";

    private static string Chunks(string usage) => string.Concat(
        $$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"{{{HundredWords}}}"}}]}""", "\n\n",
        """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "\n\n",
        $$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{{{usage}}}}""", "\n\ndata: [DONE]\n\n");

    private static async Task SettledAsync(GatewayProcess gateway, decimal spent)
    {
        var status = await QuietAsync(gateway);
        Assert.Equal(spent, status.SpentUsd);
    }

    // Settling goes on beside the reply.
    private static async Task<BudgetStatus> QuietAsync(GatewayProcess gateway)
    {
        var budgets = gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IBudgetGrain>("acme");
        for (var attempt = 0; ; attempt++)
        {
            var list = await budgets.ListAsync();
            if (list.Length > 0 && list.All(b => b.ReservedUsd == 0) || attempt == 200)
                return list.MaxBy(b => b.SpentUsd);
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }
}
