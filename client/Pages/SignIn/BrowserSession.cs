using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.SignIn;

/// <summary>
/// A browser's session: an encrypted cookie that scripts cannot read and other sites cannot make a browser send. It holds the hash of the
/// key and not the key, and is checked against the keys on every request, so that a key that is withdrawn ends its sessions.
/// </summary>
internal sealed class BrowserSession(IDataProtectionProvider protection, TenantDirectory tenants)
{
    public const string CookieName = "orleansllm-session";

    private const int LongestKey = 1024;

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(4);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("OrleansLlm.BrowserSession.v1").ToTimeLimitedDataProtector();

    /// <summary>The user of a request; null where nobody has signed in.</summary>
    public PageUser? Find(HttpContext context)
    {
        if (!tenants.RequiresKey)
            return Admit(context, tenants.Authenticate(null), signedIn: false);
        if (context.Request.Cookies[CookieName] is not { Length: > 0 } cookie)
            return null;
        try
        {
            return Admit(context, tenants.AuthenticateHash(_protector.Unprotect(Convert.FromBase64String(cookie))), signedIn: true);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Begins a session with <paramref name="key"/>; false where it is nobody's.</summary>
    public bool Begin(HttpContext context, string key)
    {
        if (key.Length is 0 or > LongestKey || tenants.Authenticate(key) is null)
            return false;
        var session = _protector.Protect(SHA256.HashData(Encoding.UTF8.GetBytes(key)), Lifetime);
        context.Response.Cookies.Append(CookieName, Convert.ToBase64String(session), Options(context));
        return true;
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(CookieName, Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        MaxAge = Lifetime,
        Path = "/",
        IsEssential = true,
    };

    private PageUser? Admit(HttpContext context, TenantIdentity? found, bool signedIn)
    {
        if (found is not { } identity)
            return null;
        // Binds the form tokens of a page to whom it was made for.
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, identity.TenantId)], nameof(BrowserSession)));
        IReadOnlyList<string> visible = identity.IsOperator ? [.. tenants.TenantIds.Order(StringComparer.Ordinal)] : [identity.TenantId];
        return new PageUser(identity, visible, signedIn);
    }
}
