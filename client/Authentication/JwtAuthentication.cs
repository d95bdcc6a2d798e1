using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Bearer tokens of the configured issuer.</summary>
internal sealed class JwtAuthentication(IOptions<JwtOptions> options)
{
    // A shared secret (HS256) or none would let whoever knows a public key sign.
    private static readonly string[] Asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Registers the issuer, where there is one.</summary>
    public static void Register(IServiceCollection services, JwtOptions options)
    {
        services.AddSingleton<JwtAuthentication>();
        if (options.Authority is not { } authority)
            return;
        services.AddAuthentication().AddJwtBearer(jwt =>
        {
            jwt.Authority = authority.ToString();
            jwt.Audience = options.Audience;
            jwt.RequireHttpsMetadata = authority.Scheme == Uri.UriSchemeHttps;
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters.ValidAlgorithms = Asymmetric;
            jwt.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        });
    }

    /// <summary>Whether the text is to be read as a token: three parts, of which the first is JSON.</summary>
    public bool Takes(string text) =>
        options.Value.Authority is not null && text.StartsWith("eyJ", StringComparison.Ordinal) && text.AsSpan().Count('.') == 2;

    /// <summary>Whose token the request bears; null where it is not valid, or of nobody known here.</summary>
    /// <exception cref="KeysUnknownException">The issuer, whose keys would tell, is out of reach and has been since the start.</exception>
    public async Task<TenantIdentity?> AuthenticateAsync(HttpContext context, TenantDirectory tenants)
    {
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Failure is not null && !await IsIssuerKnownAsync(context))
            throw new KeysUnknownException();
        if (result.Principal is not { } principal || principal.FindFirstValue(options.Value.TenantClaim) is not { } tenant || !tenants.MayAsk(tenant))
            return null;
        var project = options.Value.ProjectClaim is { } claim ? principal.FindFirstValue(claim) ?? string.Empty : string.Empty;
        var roles = principal.FindAll(options.Value.RoleClaim).Select(static c => c.Value).ToHashSet(StringComparer.Ordinal);
        var role = options.Value.OperatorRole is { } operators && roles.Contains(operators) ? KeyRole.Operator
            : options.Value.AdminRole is { } admins && roles.Contains(admins) ? KeyRole.Admin : KeyRole.User;
        return new TenantIdentity(tenant, role == KeyRole.Operator, project, Pseudonym(principal)) { Role = role };
    }

    // What was read of it once is kept; a token that is refused costs no second question.
    private static async Task<bool> IsIssuerKnownAsync(HttpContext context)
    {
        try
        {
            var manager = context.RequestServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager;
            return manager is null || await manager.GetConfigurationAsync(context.RequestAborted) is not null;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            return false;
        }
    }

    // Names the subject in ledgers without telling who it is.
    private static string Pseudonym(ClaimsPrincipal principal) => principal.FindFirstValue("sub") is { } subject
        ? "jwt_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(principal.FindFirstValue("iss") + "\n" + subject)))[..12]
        : string.Empty;
}
