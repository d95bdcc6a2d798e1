using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Bearer tokens of an issuer of our own on loopback, with real keys, discovery and signatures.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private const string Audience = "orleansllm";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "k1" };
    private WebApplication _issuer = null!;
    private GatewayProcess _gateway = null!;

    private string Issuer => _issuer.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Issuer, jwks_uri = Issuer + "/keys" }));
        _issuer.MapGet("/keys", () =>
        {
            var rsa = _key.Rsa.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = _key.KeyId, alg = "RS256", n = Base64UrlEncoder.Encode(rsa.Modulus), e = Base64UrlEncoder.Encode(rsa.Exponent) } } });
        });
        await _issuer.StartAsync(TestContext.Current.CancellationToken);
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Jwt:Authority"] = Issuer;
        settings["OrleansLlm:Jwt:Audience"] = Audience;
        settings["OrleansLlm:Jwt:AdminRole"] = "llm-admin";
        settings["OrleansLlm:Jwt:OperatorRole"] = "llm-operator";
        _gateway = await GatewayProcess.StartAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        _key.Rsa.Dispose();
    }

    [Fact]
    public async Task Ask_IssuerAway_Is503AndNot401()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Jwt:Authority"] = "http://127.0.0.1:1";
        settings["OrleansLlm:Jwt:Audience"] = Audience;
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var asked = await gateway.AskAsync("Who vouches for this?", key: Token("acme"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
        Assert.Equal("1", asked.Header("retry-after"));
        using var withAKey = await gateway.AskAsync("Who vouches for this?", key: GatewayFixture.Acme);
        Assert.Equal(HttpStatusCode.OK, withAKey.StatusCode);
    }

    [Fact]
    public async Task Ask_ValidToken_OpensItsTenantAsItsRolesAllow()
    {
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/models", Token("acme")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/admin/v1/savings?tenant=acme", Token("acme")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/admin/v1/savings?tenant=globex", Token("acme")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/admin/v1/keys", Token("acme")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/admin/v1/keys", Token("acme", "llm-admin")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/admin/v1/keys?tenant=globex", Token("acme", "llm-admin")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/metrics", Token("acme", "llm-admin")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/metrics", Token("acme", "llm-admin", "llm-operator")));
        // Keys go on working beside tokens.
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/models", GatewayFixture.Acme));
    }

    [Fact]
    public async Task Ask_TokenThatProvesNothing_IsRefused()
    {
        var good = Token("acme");
        var parts = good.Split('.');
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + parts[1] + ".";
        // Signed with the public key as if it were a shared secret.
        var shared = new JsonWebTokenHandler().CreateToken(Describe("acme", [], new SigningCredentials(
            new SymmetricSecurityKey(_key.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = _key.KeyId }, SecurityAlgorithms.HmacSha256)));
        using var stranger = RSA.Create(2048);
        string[] bad =
        [
            none,
            shared,
            new JsonWebTokenHandler().CreateToken(Describe("acme", [], new SigningCredentials(new RsaSecurityKey(stranger) { KeyId = _key.KeyId }, SecurityAlgorithms.RsaSha256))),
            parts[0] + "." + Base64UrlEncoder.Encode(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("acme", "globex", StringComparison.Ordinal)) + "." + parts[2],
            Token("nobody"),
            Sign(Describe("acme") with { Audience = "others" }),
            Sign(Describe("acme") with { Issuer = "https://elsewhere.example" }),
            Sign(Describe("acme") with { Expires = DateTime.UnixEpoch.AddDays(1), NotBefore = DateTime.UnixEpoch, IssuedAt = DateTime.UnixEpoch }),
            Sign(Describe("acme") with { Claims = new Dictionary<string, object> { ["sub"] = "u1" } }),
        ];
        foreach (var token in bad)
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/models", token));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/models", good));
    }

    [Theory]
    [InlineData("OrleansLlm:Jwt:Authority", "http://issuer.example", "https")]
    [InlineData("OrleansLlm:Jwt:Audience", "", "Audience")]
    public async Task Start_WrongSetting_Stops(string key, string value, string named)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Jwt:Authority"] = Issuer;
        settings["OrleansLlm:Jwt:Audience"] = Audience;
        settings[key] = value;
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => GatewayProcess.StartAsync(settings));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TokensButNoKeys_StopsForItWouldBeOpen()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => GatewayProcess.StartAsync(
            new Dictionary<string, string?> { ["OrleansLlm:Jwt:Authority"] = Issuer, ["OrleansLlm:Jwt:Audience"] = Audience }));
        Assert.Contains("OrleansLlm:Jwt needs tenants with keys", failure.Message, StringComparison.Ordinal);
    }

    private string Token(string tenant, params string[] roles) => Sign(Describe(tenant, roles));

    private static string Sign(Description description) => new JsonWebTokenHandler().CreateToken(description.ToDescriptor());

    private Description Describe(string tenant, string[]? roles = null) => new(
        Issuer, Audience, new Dictionary<string, object> { ["sub"] = "u1", ["tenant"] = tenant, ["roles"] = roles ?? [] }, new SigningCredentials(_key, SecurityAlgorithms.RsaSha256));

    private SecurityTokenDescriptor Describe(string tenant, string[] roles, SigningCredentials credentials) => (Describe(tenant, roles) with { Credentials = credentials }).ToDescriptor();

    private async Task<HttpStatusCode> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", "Bearer " + token);
        using var response = await _gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private sealed record Description(string Issuer, string Audience, IDictionary<string, object> Claims, SigningCredentials Credentials)
    {
        public DateTime? Expires { get; init; }

        public DateTime? NotBefore { get; init; }

        public DateTime? IssuedAt { get; init; }

        public SecurityTokenDescriptor ToDescriptor() => new()
        {
            Issuer = Issuer, Audience = Audience, Claims = Claims, SigningCredentials = Credentials, Expires = Expires, NotBefore = NotBefore, IssuedAt = IssuedAt,
        };
    }
}
