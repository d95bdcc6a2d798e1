using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>Sessions and forms, without a browser.</summary>
public sealed partial class PageSecurityTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/live")]
    [InlineData("/playground")]
    [InlineData("/feedback")]
    public async Task Get_WithoutASession_LeadsToSignIn(string path)
    {
        using var http = Client();
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/sign-in", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/playground")]
    [InlineData("/feedback")]
    public async Task Post_WithoutASession_LeadsToSignIn(string path)
    {
        using var http = Client();
        using var response = await http.PostAsync(path, new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
        Assert.StartsWith("/sign-in", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_RightKey_GivesACookieThatScriptsAndOtherSitesCannotUse()
    {
        using var http = Client();
        using var response = await SignInAsync(http, GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        var cookie = response.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("orleansllm-session", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=14400", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(GatewayFixture.Acme, cookie, StringComparison.Ordinal);
        using var page = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task SignIn_BehindAProxyThatEndsTls_GivesACookieForTlsAlone()
    {
        using var http = Client();
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var response = await SignInAsync(http, GatewayFixture.Acme);
        var cookie = response.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("orleansllm-session", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_WrongKey_Is401WithoutASession()
    {
        using var http = Client();
        using var response = await SignInAsync(http, "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        using var page = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task SignIn_ElsewhereAsReturn_StaysHere()
    {
        using var http = Client();
        using var response = await SignInAsync(http, GatewayFixture.Acme, "https://example.com/");
        Assert.Equal("/", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Get_ForgedCookie_LeadsToSignIn()
    {
        using var http = Client(cookies: false);
        foreach (var cookie in new[] { "x", "AAAA", Convert.ToBase64String(new byte[200]) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("Cookie", "orleansllm-session=" + cookie);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/playground")]
    [InlineData("/feedback")]
    public async Task Post_WithoutTheFormsToken_IsRefused(string path)
    {
        using var http = Client();
        using var signedIn = await SignInAsync(http, GatewayFixture.Acme);
        using var response = await http.PostAsync(
            path, new FormUrlEncodedContent([new("question", "Why?"), new("model", "gpt-4o"), new("tenant", "acme"), new("request", "r"), new("verdict", "wrong")]),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Feedback_OfAnotherTenant_Is404()
    {
        using var http = Client();
        using var signedIn = await SignInAsync(http, GatewayFixture.Acme);
        using var response = await PostFormAsync(http, "/feedback", ("tenant", "globex"), ("request", "r"), ("verdict", "wrong"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        using var http = Client();
        using var signedIn = await SignInAsync(http, GatewayFixture.Acme);
        using var ended = await PostFormAsync(http, "/sign-out");
        using var page = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/rotate")]
    public async Task SignIn_KeyMadeHere_EndsWhenItIsWithdrawnOrRotated(string method, string path)
    {
        using var made = await fixture.Gateway.PostAsync(new { name = "browser", tenant = "acme" }, GatewayFixture.Operator, "/admin/v1/keys");
        var key = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        using var http = Client();
        using var signedIn = await SignInAsync(http, key.GetProperty("key").GetString()!);
        using var before = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        using var ended = new HttpRequestMessage(new HttpMethod(method), $"/admin/v1/keys/{key.GetProperty("id").GetString()}{path}");
        ended.Headers.Add("Authorization", "Bearer " + GatewayFixture.Operator);
        using var answer = await fixture.Gateway.Http.SendAsync(ended, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        using var after = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient http, string key, string back = "/") =>
        await PostFormAsync(http, "/sign-in", ("key", key), ("return", back));

    // With the token of a page that has a form.
    private static async Task<HttpResponseMessage> PostFormAsync(HttpClient http, string path, params (string Name, string Value)[] fields)
    {
        var html = await http.GetStringAsync(path == "/sign-in" ? path : "/playground", TestContext.Current.CancellationToken);
        var token = Token().Match(html).Groups[1].Value;
        Assert.NotEmpty(token);
        return await http.PostAsync(
            path, new FormUrlEncodedContent([new("token", token), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]), TestContext.Current.CancellationToken);
    }

    private HttpClient Client(bool cookies = true) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = cookies }) { BaseAddress = new Uri(fixture.Gateway.Url) };

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
