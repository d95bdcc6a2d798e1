using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.SignIn;

/// <summary>
/// A browser's session: an encrypted cookie that scripts cannot read and other sites cannot make a browser send. It holds the hash of the
/// key and not the key, and is checked against the keys on every request, so that a key that is withdrawn ends its sessions.
/// </summary>
internal sealed class BrowserSession(IDataProtectionProvider protection, TenantDirectory tenants, KeyView keys, TimeProvider time)
{
    public const string CookieName = "orleansllm-session";

    private const int LongestKey = 1024;
    private const int HashBytes = SHA256.HashSizeInBytes;

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(4);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("OrleansLlm.BrowserSession.v1").ToTimeLimitedDataProtector();

    /// <summary>The user of a request; null where nobody has signed in.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async ValueTask<PageUser?> FindAsync(HttpContext context)
    {
        if (!tenants.RequiresKey)
            return Admit(context, tenants.Authenticate(null), signedIn: false);
        if (context.Request.Cookies[CookieName] is not { Length: > 0 } cookie)
            return null;
        byte[] session;
        try
        {
            session = _protector.Unprotect(Convert.FromBase64String(cookie));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }

        var (hash, id) = (session.AsMemory(0, HashBytes), Encoding.UTF8.GetString(session.AsSpan(HashBytes)));
        return Admit(context, id.Length == 0 ? tenants.AuthenticateHash(hash.Span) : HolderOf(await keys.CurrentAsync(id), hash.Span), signedIn: true);
    }

    /// <summary>Begins a session with <paramref name="text"/>, a key; false where it is nobody's.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async ValueTask<bool> BeginAsync(HttpContext context, string text)
    {
        if (text.Length is 0 or > LongestKey || await HashAsync(text) is not { } session)
            return false;
        context.Response.Cookies.Append(CookieName, Convert.ToBase64String(_protector.Protect(session, Lifetime)), Options(context));
        return true;
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(CookieName, Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        // Behind a proxy that ends TLS too: who makes this header up is sent a cookie that travels less.
        Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
        MaxAge = Lifetime,
        Path = "/",
        IsEssential = true,
    };

    // A hash that stands for the key; for one that was made here its id after it, by which it is looked up.
    private async ValueTask<byte[]?> HashAsync(string text)
    {
        if (!text.StartsWith(KeyText.Prefix, StringComparison.Ordinal))
            return tenants.Authenticate(text) is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(text));
        if (await keys.FindAsync(text) is not { } key || tenants.IdentityOf(key) is null)
            return null;
        return [.. (key.Hash.Matches(text) ? key.Hash : key.PreviousHash!).Value, .. Encoding.UTF8.GetBytes(key.Id)];
    }

    // A key that was rotated, withdrawn or has expired since ends the sessions that it began.
    private TenantIdentity? HolderOf(VirtualKey? key, ReadOnlySpan<byte> hash)
    {
        var now = time.GetUtcNow();
        var isHeld = key is not null && key.IsUsable(now)
            && (key.Hash.Value.AsSpan().SequenceEqual(hash) || (key.PreviousHash is { } before && now < key.PreviousUntil && before.Value.AsSpan().SequenceEqual(hash)));
        return isHeld ? tenants.IdentityOf(key) : null;
    }

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
