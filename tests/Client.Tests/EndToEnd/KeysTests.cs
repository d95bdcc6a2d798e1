using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Keys that are made, used, rotated and revoked through the API.</summary>
public sealed class KeysTests : IAsyncLifetime
{
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Projects:search:Budgets:Day"] = "100";
        _gateway = await GatewayProcess.StartAsync(settings);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Create_Key_IsShownOnceAndOpensItsTenant()
    {
        var (created, text) = await CreateAsync(new { name = "first", tenant = "acme", project = "search" });
        Assert.StartsWith("olk_", text, StringComparison.Ordinal);
        Assert.StartsWith(created.GetProperty("prefix").GetString()!, text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(text)).StatusCode);
        // As Azure's clients send it.
        Assert.Equal(HttpStatusCode.OK, (await _gateway.PostAsync(Body("gpt-4o"), null, "/v1/chat/completions", ("api-key", text))).StatusCode);

        var listed = await (await SendAsync(HttpMethod.Get, "/admin/v1/keys?tenant=acme", GatewayFixture.Operator)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(created.GetProperty("id").GetString()!, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(text[^43..], listed, StringComparison.Ordinal);
        // Its project's caps hold, and the ledger names both.
        var budgets = await (await SendAsync(HttpMethod.Get, "/admin/v1/budgets", text)).JsonAsync();
        Assert.Contains(budgets.GetProperty("data").EnumerateArray(), b => b.GetProperty("subject").GetString() == "search");
    }

    [Fact]
    public async Task Revoke_Key_OpensNothingOnceItReturns()
    {
        var (created, text) = await CreateAsync(new { name = "to revoke", tenant = "acme" });
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(text)).StatusCode);
        var revoked = await SendAsync(HttpMethod.Delete, "/admin/v1/keys/" + created.GetProperty("id").GetString(), GatewayFixture.Operator);
        Assert.Equal("revoked", (await revoked.JsonAsync()).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(text)).StatusCode);
    }

    [Fact]
    public async Task Rotate_Key_TakesTheOldSecretNoLongerThanTheOverlap()
    {
        var (created, old) = await CreateAsync(new { name = "to rotate", tenant = "acme" });
        var path = $"/admin/v1/keys/{created.GetProperty("id").GetString()}/rotate";
        var next = (await (await SendAsync(HttpMethod.Post, path, GatewayFixture.Operator, new { overlap_seconds = 3600 })).JsonAsync()).GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(next)).StatusCode);
        var last = (await (await SendAsync(HttpMethod.Post, path, GatewayFixture.Operator)).JsonAsync()).GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(next)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(last)).StatusCode);
    }

    [Fact]
    public async Task Create_Expiring_IsRefusedAfterwards()
    {
        var (_, text) = await CreateAsync(new { name = "short", tenant = "acme", expires_at = DateTimeOffset.UtcNow.AddSeconds(4) });
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(text)).StatusCode);
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(text)).StatusCode);
    }

    [Fact]
    public async Task Use_KeyWithRulesOfItsOwn_IsHeldToThem()
    {
        var (created, text) = await CreateAsync(new
        {
            name = "narrow", tenant = "acme", allowed_models = new[] { "gpt-4o" }, cache = "off", budgets = new { day = 0.5m }, rate_limits = new { requests_per_minute = 3 },
        });
        var forbidden = await _gateway.PostAsync(Body("gpt-4o-mini"), text);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal("model_not_allowed", (await forbidden.ErrorAsync()).GetProperty("code").GetString());
        using var inTheBody = await _gateway.PostAsync("""{"model":"gpt-4o","max_tokens":5,"fallbacks":[{"model":"gpt-4o-mini"}],"messages":[{"role":"user","content":"x"}]}""", text, "/v1/messages");
        Assert.Equal(HttpStatusCode.Forbidden, inTheBody.StatusCode);
        var listed = (await (await SendAsync(HttpMethod.Get, "/v1/models", text)).JsonAsync()).GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString());
        Assert.Equal(["gpt-4o"], listed);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/v1/models/gpt-4o", text)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/v1/models/gpt-4o-mini", text)).StatusCode);
        // The tenant's cache is on; this key's is off.
        Assert.Equal("bypass", (await AskAsync(text)).Cache());
        Assert.Equal("bypass", (await AskAsync(text)).Cache());
        Assert.Equal("3", (await AskAsync(text)).Header("x-ratelimit-limit-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(text)).StatusCode);
        var budgets = await (await SendAsync(HttpMethod.Get, "/admin/v1/budgets", text)).JsonAsync();
        var budget = Assert.Single(budgets.GetProperty("data").EnumerateArray(), b => b.GetProperty("scope").GetString() == "key" && b.GetProperty("subject").GetString() == created.GetProperty("id").GetString());
        Assert.Equal(0.5m, budget.GetProperty("limit_usd").GetDecimal());
    }

    [Fact]
    public async Task Manage_AnotherTenant_IsNotThereForATenantsAdmin()
    {
        var (_, admin) = await CreateAsync(new { name = "acme's admin", tenant = "acme", role = "admin" });
        var (foreign, _) = await CreateAsync(new { name = "globex's", tenant = "globex" });
        var (operators, _) = await CreateAsync(new { name = "an operator of acme's", tenant = "acme", role = "operator" });
        foreach (var id in new[] { foreign, operators }.Select(k => k.GetProperty("id").GetString()).Append("0000000000000000"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/admin/v1/keys/" + id, admin)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, "/admin/v1/keys/" + id, admin)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, $"/admin/v1/keys/{id}/rotate", admin)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/admin/v1/keys?tenant=globex", admin)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/admin/v1/budgets?tenant=globex", admin)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/admin/v1/keys", admin, new { name = "x", tenant = "globex" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/admin/v1/keys", admin, new { name = "x", role = "operator" })).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, "/admin/v1/keys", admin, new { name = "own" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/metrics", admin)).StatusCode);
    }

    // It would open nothing: who is handed it would look for the fault elsewhere.
    [Fact]
    public async Task Manage_RetiredTenant_GetsNoKeyAndKeepsItsList()
    {
        var data = Directory.CreateTempSubdirectory("orleansllm-test-");
        try
        {
            var settings = GatewayFixture.Tenants();
            settings["OrleansLlm:Tenants:left:KeyHashes:0"] = GatewayFixture.HashOf("left-key");
            string path;
            await using (var before = await GatewayProcess.StartAsync(settings, data.FullName))
            {
                using var made = await before.PostAsync(new { name = "of old", tenant = "left" }, GatewayFixture.Operator, "/admin/v1/keys");
                Assert.Equal(HttpStatusCode.Created, made.StatusCode);
                path = "/admin/v1/keys/" + (await made.JsonAsync()).GetProperty("id").GetString();
            }

            settings["OrleansLlm:Tenants:left:Retired"] = "true";
            await using var gateway = await GatewayProcess.StartAsync(settings, data.FullName);
            foreach (var refused in new[]
            {
                await gateway.PostAsync(new { name = "new", tenant = "left" }, GatewayFixture.Operator, "/admin/v1/keys"),
                await gateway.PostAsync("{}", GatewayFixture.Operator, path + "/rotate"),
            })
            {
                Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
                Assert.Equal("tenant_retired", (await refused.ErrorAsync()).GetProperty("code").GetString());
            }

            using var list = await SendAsync(HttpMethod.Get, "/admin/v1/keys?tenant=left", GatewayFixture.Operator, gateway: gateway);
            Assert.Single((await list.JsonAsync()).GetProperty("data").EnumerateArray());
            using var revoked = await SendAsync(HttpMethod.Delete, path, GatewayFixture.Operator, gateway: gateway);
            Assert.Equal("revoked", (await revoked.JsonAsync()).GetProperty("status").GetString());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Manage_AsUser_IsForbidden()
    {
        var (_, user) = await CreateAsync(new { name = "user", tenant = "acme" });
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/admin/v1/keys", user)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/admin/v1/keys", GatewayFixture.Acme, new { name = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/admin/v1/keys", "olk_0000000000000000_0000000000000000000000000000000000000000000")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/admin/v1/keys", null)).StatusCode);
    }

    [Theory]
    [InlineData("""{"tenant":"acme"}""", "name")]
    [InlineData("""{"name":"x","tenant":"acme","budgetz":{}}""", "budgetz")]
    [InlineData("""{"name":"x","tenant":"acme","role":"god"}""", "role")]
    [InlineData("""{"name":"x","tenant":"acme","project":"nowhere"}""", "nowhere")]
    [InlineData("""{"name":"x","tenant":"acme","budgets":{"day":-1}}""", "budgets")]
    [InlineData("""{"name":"x","tenant":"acme","rate_limits":{"concurrent":0}}""", "rate_limits")]
    [InlineData("""{"name":"x","tenant":"acme","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("not json", "")]
    [InlineData("null", "")]
    public async Task Create_WrongBody_IsRefusedAndNamed(string body, string named)
    {
        using var response = await _gateway.PostAsync(body, GatewayFixture.Operator, "/admin/v1/keys");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, (await response.JsonAsync()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/admin/v1/keys")]
    public async Task Authenticate_WrongKeyAndWrongBody_IsRefusedForTheKey(string path)
    {
        var unknown = "olk_0123456789abcdef_0123456789012345678901234567890123456789012";
        using var response = await _gateway.PostAsync("{ not json", unknown, path, ("x-orleansllm-cache-threshold", "seven"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        using var none = await _gateway.PostAsync("{ not json", null, path);
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        // Neither tells more than the other.
        Assert.Equal(await none.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static object Body(string model) => new { model, messages = new[] { new { role = "user", content = "Which key is this?" } } };

    private Task<HttpResponseMessage> AskAsync(string key) => _gateway.PostAsync(Body("gpt-4o"), key);

    private async Task<(JsonElement Created, string Text)> CreateAsync(object request)
    {
        using var response = await SendAsync(HttpMethod.Post, "/admin/v1/keys", GatewayFixture.Operator, request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        var created = await response.JsonAsync();
        return (created, created.GetProperty("key").GetString()!);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, object? body = null, GatewayProcess? gateway = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Authorization", "Bearer " + key);
        return await (gateway ?? _gateway).Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
