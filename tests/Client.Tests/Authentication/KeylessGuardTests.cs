using System.Net;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Authentication;

/// <summary>What a web site may do to a gateway on the machine of whoever looks at it: nothing.</summary>
public sealed class KeylessGuardTests(KeylessGuardTests.KeylessGateway keyless, GatewayFixture keyed) : IClassFixture<KeylessGuardTests.KeylessGateway>, IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/admin/v1/ledger")]
    [InlineData("GET", "/admin/v1/cache/shards")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/orleans/")]
    [InlineData("POST", "/v1/chat/completions")]
    public async Task Send_ByANameOfASitesOwn_IsRefused(string method, string path)
    {
        using var response = await SendAsync(keyless.Gateway, method, path, request => request.Headers.Host = "rebound.example.com:8080");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        Assert.Equal("keys_required", (await response.ErrorAsync()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("https://site.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1.site.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("app://notes", HttpStatusCode.OK)]
    public async Task Post_FromAPage_IsServedWhereItIsNoWebSites(string origin, HttpStatusCode expected)
    {
        using var response = await SendAsync(keyless.Gateway, "POST", "/v1/chat/completions", request => request.Headers.TryAddWithoutValidation("Origin", origin));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Send_WithAKey_IsServedByAnyNameAndToAnyPage()
    {
        using var response = await SendAsync(keyed.Gateway, "POST", "/v1/chat/completions", request =>
        {
            request.Headers.Host = "gateway.example.com";
            request.Headers.TryAddWithoutValidation("Origin", "https://site.example");
            request.Headers.Add("Authorization", "Bearer " + GatewayFixture.Acme);
        });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("POST", "/admin/v1/keys")]
    [InlineData("POST", "/admin/v1/cache/entries?tenant=acme")]
    [InlineData("DELETE", "/admin/v1/cache?all=true")]
    public async Task Send_BasicCredentialsThatABrowserAdds_ChangeNothing(string method, string path)
    {
        using var response = await SendAsync(keyed.Gateway, method, path, static request =>
            request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("ops:" + GatewayFixture.Operator))));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("127.8.8.8:1", true)]
    [InlineData("LOCALHOST:8080", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("localhost.example.com", false)]
    [InlineData("127.0.0.1.example.com:8080", false)]
    [InlineData("10.0.0.1:8080", false)]
    [InlineData("", false)]
    public void IsLoopback_Host_IsThisMachinesOwnNameOrNot(string host, bool expected) => Assert.Equal(expected, KeylessGuard.IsLoopback(host));

    private static async Task<HttpResponseMessage> SendAsync(GatewayProcess gateway, string method, string path, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"Who may ask this?"}]}""", System.Text.Encoding.UTF8, "text/plain");
        change(request);
        return await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A gateway without keys, shared by the tests of the class.</summary>
    public sealed class KeylessGateway : IAsyncLifetime
    {
        internal GatewayProcess Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
