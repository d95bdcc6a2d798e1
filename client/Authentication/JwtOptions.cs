using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client.Authentication;

/// <summary>
/// <c>OrleansLlm:Jwt</c>: bearer tokens of an OpenID Connect issuer in place of keys. Only signatures with a public key of the issuer are taken. Takes
/// effect at start.
/// </summary>
public sealed class JwtOptions
{
    /// <value>The issuer's address, whose <c>/.well-known/openid-configuration</c> names its keys; https, or http on loopback. Default none: no tokens are taken.</value>
    public Uri? Authority { get; set; }

    /// <value>The <c>aud</c> that tokens must have; required with <see cref="Authority"/>.</value>
    public string? Audience { get; set; }

    /// <value>The claim that names the tenant. A token without it, or of a tenant that is not configured, opens nothing. Default <c>tenant</c>.</value>
    [Required]
    public string TenantClaim { get; set; } = "tenant";

    /// <value>The claim that names the tenant's project. Default none.</value>
    public string? ProjectClaim { get; set; }

    /// <value>The claim that names roles, one value or several. Default <c>roles</c>.</value>
    [Required]
    public string RoleClaim { get; set; } = "roles";

    /// <value>The role that manages its tenant. Default none: no token does.</value>
    public string? AdminRole { get; set; }

    /// <value>The role that may do everything. Default none: no token may.</value>
    public string? OperatorRole { get; set; }

    /// <summary>Adds what is wrong with the section to <paramref name="problems"/>.</summary>
    internal void Check(bool keysAreRequired, ICollection<string> problems)
    {
        if (Authority is not { } authority)
            return;
        if (!authority.IsAbsoluteUri || (authority.Scheme != Uri.UriSchemeHttps && !(authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
            problems.Add("OrleansLlm:Jwt:Authority must be an https address (http on loopback only).");
        if (string.IsNullOrEmpty(Audience))
            problems.Add("OrleansLlm:Jwt:Audience must be set: without one, tokens that the issuer made for others would be taken.");
        if (!keysAreRequired)
            problems.Add("OrleansLlm:Jwt needs tenants with keys (OrleansLlm:Tenants:NAME:KeyVariable): without any, whoever reaches the port may call without a token.");
    }
}
