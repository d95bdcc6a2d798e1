using System.Net;
using System.Net.Http.Json;
using OrleansLlm.Client.Extensions;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Extensions;

/// <summary>Who is let in by the Orleans client: the same callers, under the same limits, as over HTTP.</summary>
public sealed class ClusterHandlerTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Send_KeyMadeHere_OpensItsModelsUntilItIsRevoked()
    {
        var (id, key) = await MakeKeyAsync(new { name = "in process", tenant = "acme", allowed_models = new[] { "gpt-4o-mini" } });
        using var process = Process();
        using var allowed = await AskAsync(process, key, "Who may ask?", "gpt-4o-mini");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        using var other = await AskAsync(process, key, "Who may ask?", "gpt-4o");
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Equal("model_not_allowed", (await other.ErrorAsync()).GetProperty("code").GetString());

        using var revoke = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/keys/" + id);
        revoke.Headers.Add("Authorization", "Bearer " + GatewayFixture.Operator);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Gateway.Http.SendAsync(revoke, TestContext.Current.CancellationToken)).StatusCode);
        using var revoked = await AskAsync(process, key, "Who may ask now?", "gpt-4o-mini");
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
    }

    [Fact]
    public async Task Send_BeyondRequestsPerMinute_IsRefusedWhicheverWayTheOthersCame()
    {
        var (_, key) = await MakeKeyAsync(new { name = "few", tenant = "acme", rate_limits = new { requests_per_minute = 3 } });
        using var process = Process();
        using var first = await AskAsync(process, key, "The first?");
        Assert.Equal((HttpStatusCode.OK, "3", "2"), (first.StatusCode, first.Header("x-ratelimit-limit-requests"), first.Header("x-ratelimit-remaining-requests")));
        using var second = await fixture.Gateway.AskAsync("The second?", key: key);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var third = await AskAsync(process, key, "The third?");
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);

        using var refused = await AskAsync(process, key, "One too many?");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("rate_limit_exceeded", (await refused.ErrorAsync()).GetProperty("code").GetString());
        Assert.NotNull(refused.Header("retry-after-ms"));
        using var overHttp = await fixture.Gateway.AskAsync("One too many?", key: key);
        Assert.Equal(HttpStatusCode.TooManyRequests, overHttp.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_Tokens_AreWhatWasBilledInTheEnd(bool stream)
    {
        var (_, key) = await MakeKeyAsync(new { name = "short", tenant = "acme", rate_limits = new { tokens_per_minute = 3000 } });
        using var process = Process();
        using var first = await AskAsync(process, key, "What is counted?", stream: stream, most: 2900);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        // The answer was short: what it did not use is there again.
        using var second = await AskAsync(process, key, "What is counted next?", stream: stream, most: 2000);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var never = await AskAsync(process, key, "What never fits?", stream: stream, most: 4000);
        Assert.Equal((HttpStatusCode.TooManyRequests, "false"), (never.StatusCode, never.Header("x-should-retry")));
    }

    [Fact]
    public async Task Send_BeyondConcurrent_IsRefusedUntilTheStreamIsLetGo()
    {
        var (_, key) = await MakeKeyAsync(new { name = "one", tenant = "acme", rate_limits = new { concurrent = 1 } });
        using var process = Process();
        using (var stream = await AskAsync(process, key, "Count the islands of Norway.", "gpt-4o@stall-mid", stream: true))
        {
            Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
            using var beside = await AskAsync(process, key, "At the same time?");
            Assert.Equal(HttpStatusCode.TooManyRequests, beside.StatusCode);
        }

        using var after = await AskAsync(process, key, "Afterwards?");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpMessageInvoker process, string key, string question, string model = "gpt-4o", bool stream = false, int most = 500)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://cluster.invalid/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model, stream, max_completion_tokens = most, messages = new[] { new { role = "user", content = question } } }),
        };
        request.Headers.Add("Authorization", "Bearer " + key);
        return await process.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<(string Id, string Key)> MakeKeyAsync(object body)
    {
        using var made = await fixture.Gateway.PostAsync(body, GatewayFixture.Operator, "/admin/v1/keys");
        var document = await made.JsonAsync();
        return (document.GetProperty("id").GetString()!, document.GetProperty("key").GetString()!);
    }

    // An application of its own, with limits of its own beside those of the gateway's API.
    private HttpMessageInvoker Process()
    {
        var services = new ServiceCollection();
        services.AddSingleton(fixture.Gateway.Services.GetRequiredService<IClusterClient>());
        return new HttpMessageInvoker(OrleansLlmClientServices.CreateClusterHandler(services.BuildServiceProvider()));
    }
}
