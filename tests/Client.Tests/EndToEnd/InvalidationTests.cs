using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class InvalidationTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Delete_ByTag_ForgetsExactAndSemanticHitsOfThatTagAlone()
    {
        var tagged = ("x-orleansllm-cache-tags", "policy-7, handbook");
        Assert.Equal("miss", await CacheAsync("How do I change my delivery address?", headers: tagged));
        Assert.Equal("miss", await CacheAsync("Which branch opens on Saturdays?"));
        Assert.Equal("exact", await CacheAsync("How do I change my delivery address?"));
        await fixture.Gateway.StoredAsync("How do I change my delivery address?", Key);
        Assert.Equal("semantic", await CacheAsync("How can I change my delivery address?"));

        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync("?tag=policy-7")).StatusCode);

        // The semantic one first: asking the exact one anew would store it again.
        Assert.Equal("miss", await CacheAsync("How can I change my delivery address?"));
        Assert.Equal("exact", await CacheAsync("Which branch opens on Saturdays?"));
    }

    [Fact]
    public async Task Delete_OfAnotherTag_ForgetsNothing()
    {
        Assert.Equal("miss", await CacheAsync("Who audits the audit department?", headers: ("x-orleansllm-cache-tags", "a")));
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync("?tag=b")).StatusCode);
        Assert.Equal("exact", await CacheAsync("Who audits the audit department?"));
    }

    [Fact]
    public async Task Delete_All_ForgetsTheTenantAloneAndNewAnswersAreKept()
    {
        const string Question = "When is the vault inventory taken?";
        Assert.Equal("miss", await CacheAsync(Question, GatewayFixture.Globex));
        Assert.Equal("miss", await CacheAsync(Question));
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync("?all=true", GatewayFixture.Globex)).StatusCode);

        Assert.Equal("miss", await CacheAsync(Question, GatewayFixture.Globex));
        Assert.Equal("exact", await CacheAsync(Question));
        // Its maker knew that all before was to be forgotten.
        Assert.Equal("exact", await CacheAsync(Question, GatewayFixture.Globex));
    }

    [Fact]
    public async Task Delete_ByNamespace_LeavesOthers()
    {
        const string Question = "How is a lost token card replaced?";
        var (hr, legal) = (("x-orleansllm-cache-namespace", "hr"), ("x-orleansllm-cache-namespace", "legal"));
        Assert.Equal("miss", await CacheAsync(Question, headers: hr));
        Assert.Equal("miss", await CacheAsync(Question, headers: legal));
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync("?namespace=hr")).StatusCode);
        Assert.Equal("miss", await CacheAsync(Question, headers: hr));
        Assert.Equal("exact", await CacheAsync(Question, headers: legal));
    }

    [Fact]
    public async Task Delete_ByEntry_NamedByExplain()
    {
        const string Question = "Which form opens a joint account?";
        Assert.Equal("miss", await CacheAsync(Question));
        using var explained = await fixture.Gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = Question } }, stream = false }, Key, "/v1/explain");
        var entry = (await explained.JsonAsync()).GetProperty("cache").GetProperty("entry").GetString();
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync("?entry=" + entry)).StatusCode);
        Assert.Equal("miss", await CacheAsync(Question));
    }

    [Fact]
    public async Task Delete_WhileTheAnswerIsUnderWay_ItIsNotGivenLater()
    {
        await using var slow = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:03" });
        var first = slow.AskAsync("What does clause 12 say?", headers: ("x-orleansllm-cache-tags", "contract"));
        await Task.Delay(500, TestContext.Current.CancellationToken);
        using var deleted = await slow.Http.DeleteAsync("/admin/v1/cache?tag=contract", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal("miss", (await first).Cache());
        Assert.Equal("miss", (await slow.AskAsync("What does clause 12 say?")).Cache());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_WhileTheAnswerIsUnderWay_WhoAsksLaterDoesNotJoinIt(bool stream)
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => held.Before(inner));
        var first = gateway.AskAsync("What does clause 13 say?", stream: stream, headers: ("x-orleansllm-cache-tags", "contract"));
        await held.ArrivedAsync();
        using var deleted = await gateway.Http.DeleteAsync("/admin/v1/cache?tag=contract", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);

        // The first is held until it has answered: what it gives is of a call of its own.
        using var later = await gateway.AskAsync("What does clause 13 say?", stream: stream).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("miss", later.Cache());
        Assert.Equal(2, held.Calls);
        held.LetGo();
        Assert.Equal("miss", (await first).Cache());
    }

    [Fact]
    public async Task Delete_OfAnotherTagWhileTheAnswerIsUnderWay_WhoAsksLaterJoinsIt()
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => held.Before(inner));
        var first = gateway.AskAsync("What does clause 14 say?", headers: ("x-orleansllm-cache-tags", "contract"));
        await held.ArrivedAsync();
        using var deleted = await gateway.Http.DeleteAsync("/admin/v1/cache?tag=handbook", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);

        var later = gateway.AskAsync("What does clause 14 say?");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        held.LetGo();
        Assert.Equal("miss", (await first).Cache());
        // Where the machine was slower than that, the answer was there already.
        Assert.Contains((await later).Cache(), (string[])["pending", "exact"]);
        Assert.Equal(1, held.Calls);
    }

    [Fact]
    public async Task Delete_OutlivesARestart()
    {
        var data = Directory.CreateTempSubdirectory("orleansllm-test-");
        try
        {
            await using (var first = await GatewayProcess.StartAsync(dataDirectory: data.FullName))
            {
                Assert.Equal("miss", (await first.AskAsync("Who owns the risk register?", headers: ("x-orleansllm-cache-tags", "register"))).Cache());
                Assert.Equal("miss", (await first.AskAsync("Who chairs the credit committee?")).Cache());
                using var deleted = await first.Http.DeleteAsync("/admin/v1/cache?tag=register", TestContext.Current.CancellationToken);
                deleted.EnsureSuccessStatusCode();
            }

            await using var second = await GatewayProcess.StartAsync(dataDirectory: data.FullName);
            Assert.Equal("miss", (await second.AskAsync("Who owns the risk register?")).Cache());
            Assert.Equal("exact", (await second.AskAsync("Who chairs the credit committee?")).Cache());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("?tags=x", HttpStatusCode.BadRequest)]
    [InlineData("?tag=x&tenant=globex", HttpStatusCode.Forbidden)]
    public async Task Delete_Wrong_IsRefused(string query, HttpStatusCode status) => Assert.Equal(status, (await DeleteAsync(query)).StatusCode);

    [Fact]
    public async Task Delete_OfUnknownTenantByOperator_Is404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync("?all=true&tenant=nobody", GatewayFixture.Operator)).StatusCode);

    [Fact]
    public async Task Delete_WithoutKey_Is401() => Assert.Equal(HttpStatusCode.Unauthorized, (await DeleteAsync("?all=true", key: null)).StatusCode);

    [Fact]
    public async Task Ask_TooManyTags_Is400()
    {
        using var response = await fixture.Gateway.AskAsync("Anything?", key: Key, headers: ("x-orleansllm-cache-tags", string.Join(',', Enumerable.Range(0, 17))));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<string?> CacheAsync(string question, string key = Key, params (string Name, string Value)[] headers) =>
        (await fixture.Gateway.AskAsync(question, key: key, headers: headers)).Cache();

    private async Task<HttpResponseMessage> DeleteAsync(string query, string? key = Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/cache" + query);
        if (key is not null)
            request.Headers.Add("Authorization", "Bearer " + key);
        return await fixture.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
