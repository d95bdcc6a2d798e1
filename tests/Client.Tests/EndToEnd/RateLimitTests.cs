using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Rate limits through the whole gateway.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Ask_BeyondRequestsPerMinute_IsRefusedWithWhenToComeBack()
    {
        await using var gateway = await StartAsync(("OrleansLlm:Tenants:acme:RateLimits:RequestsPerMinute", "3"));
        for (var left = 2; left >= 0; left--)
        {
            using var answer = await gateway.AskAsync("Question " + left, key: GatewayFixture.Acme);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("3", answer.Header("x-ratelimit-limit-requests"));
            Assert.Equal(left.ToString(CultureInfo.InvariantCulture), answer.Header("x-ratelimit-remaining-requests"));
            Assert.Matches("^(1m0|[0-9.]+)(\\.[0-9]+)?s$", answer.Header("x-ratelimit-reset-requests"));
        }

        using var refused = await gateway.AskAsync("One too many", key: GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var error = await refused.ErrorAsync();
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
        Assert.Equal("requests", error.GetProperty("type").GetString());
        Assert.Equal("0", refused.Header("x-ratelimit-remaining-requests"));
        var milliseconds = long.Parse(refused.Header("retry-after-ms")!, CultureInfo.InvariantCulture);
        Assert.InRange(milliseconds, 1, 60_500);
        Assert.Equal((milliseconds + 999) / 1000, long.Parse(refused.Header("retry-after")!, CultureInfo.InvariantCulture));
        // Nobody else's limit.
        using var other = await gateway.AskAsync("One too many", key: GatewayFixture.Globex);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.False(other.Headers.Contains("x-ratelimit-limit-requests"));
    }

    [Fact]
    public async Task Ask_Tokens_AreWhatWasBilledInTheEnd()
    {
        await using var gateway = await StartAsync(("OrleansLlm:Tenants:acme:RateLimits:TokensPerMinute", "3000"));
        using var first = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What is counted?" } }, max_completion_tokens = 2900 }, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.InRange(int.Parse(first.Header("x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture), 0, 100);
        // The answer was short: what it did not use is there again.
        using var second = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What is counted next?" } }, max_completion_tokens = 2000 }, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var never = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What never fits?" } }, max_completion_tokens = 4000 }, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.TooManyRequests, never.StatusCode);
        Assert.Equal("tokens", (await never.ErrorAsync()).GetProperty("type").GetString());
        Assert.Equal("false", never.Header("x-should-retry"));
        Assert.Null(never.Header("retry-after"));
    }

    [Fact]
    public async Task Ask_NegativeBoundAfterTheMinuteIsUsedUp_IsRefusedLikeAnyOther()
    {
        await using var gateway = await StartAsync(("OrleansLlm:Tenants:acme:RateLimits:TokensPerMinute", "3000"));
        // Random figures take more tokens than the estimate of one for four bytes.
        var figures = Convert.ToHexString(RandomNumberGenerator.GetBytes(4000));
        using var first = await gateway.AskAsync("What are these? " + figures, key: GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        foreach (var bound in new int?[] { null, -5000 })
        {
            using var beyond = await gateway.PostAsync(
                new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What is left?" } }, max_tokens = bound }, GatewayFixture.Acme);
            Assert.Equal(HttpStatusCode.TooManyRequests, beyond.StatusCode);
        }
    }

    [Fact]
    public async Task Ask_AfterWhatIsNotBilled_HasTheWholeMinute()
    {
        await using var gateway = await StartAsync(("OrleansLlm:Tenants:acme:RateLimits:TokensPerMinute", "3000"));
        var messages = new[] { new { role = "user", content = "What is counted?" } };
        foreach (var path in new[] { "/v1/explain", "/v1/messages/count_tokens" })
        {
            using var free = await gateway.PostAsync(new { model = "gpt-4o", messages, max_tokens = 2900 }, GatewayFixture.Acme, path);
            Assert.Equal(HttpStatusCode.OK, free.StatusCode);
        }

        using var asked = await gateway.PostAsync(new { model = "gpt-4o", messages, max_tokens = 2900 }, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
    }

    [Fact]
    public async Task Ask_AfterACountWhoseCallerLeft_HasTheWholeMinute()
    {
        var held = new FirstCallHeld();
        await using var gateway = await StartAsync((_, inner) => held.Before(inner), ("OrleansLlm:Tenants:acme:RateLimits:TokensPerMinute", "3000"));
        var body = new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What is counted?" } }, max_tokens = 2900 };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages/count_tokens") { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", GatewayFixture.Acme);
        var counting = gateway.Http.SendAsync(request, leaving.Token);
        await held.ArrivedAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counting);

        using var asked = await gateway.PostAsync(body, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        held.LetGo();
    }

    [Fact]
    public async Task Ask_BeyondConcurrent_IsRefusedUntilOneEnds()
    {
        await using var gateway = await StartAsync(
            ("OrleansLlm:Tenants:acme:RateLimits:Concurrent", "3"), ("OrleansLlm:Simulator:FirstTokenLatency", "00:00:03"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => gateway.AskAsync("At once, number " + i, key: GatewayFixture.Acme)));
        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.OK), a => Assert.Equal(HttpStatusCode.TooManyRequests, a.StatusCode));
        using var after = await gateway.AskAsync("Afterwards", key: GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private static Task<GatewayProcess> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    private static Task<GatewayProcess> StartAsync(Func<IServiceProvider, IUpstreamCatalog, IUpstreamCatalog>? wrapUpstreams, params (string Key, string Value)[] settings)
    {
        var all = GatewayFixture.Tenants();
        foreach (var (key, value) in settings)
            all[key] = value;
        return GatewayProcess.StartAsync(all, wrapUpstreams: wrapUpstreams);
    }
}
