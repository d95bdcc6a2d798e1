using System.Text;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Who is calling, decided before a byte of the body is read. The tenant comes from the credential, never from the request.</summary>
internal sealed class CallerAuthentication(TenantDirectory tenants, CallerKeys keys, JwtAuthentication tokens)
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private const string OperatorScheme = "Basic realm=\"OrleansLlm operators\"";
    // A token holds claims; a key is shorter.
    private const int LongestKey = 8192;

    /// <summary>The caller, or null after a 401 (or a 503: it cannot be known) was written.</summary>
    public ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context) => AuthenticateAsync(context, Bearer.Trim());

    /// <summary>The caller where it is an operator, or null after a 401, 403 or 503 was written.</summary>
    public ValueTask<TenantIdentity?> AuthenticateOperatorAsync(HttpContext context) => AuthenticateAsync(context, static identity => identity.IsOperator);

    /// <summary>The caller where it manages a tenant, or null after a 401, 403 or 503 was written.</summary>
    public ValueTask<TenantIdentity?> AuthenticateAdminAsync(HttpContext context) => AuthenticateAsync(context, static identity => identity.IsAdmin);

    private async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, Func<TenantIdentity, bool> may)
    {
        if (await AuthenticateAsync(context, OperatorScheme) is not { } identity)
            return null;
        if (may(identity))
            return identity;
        await ErrorResponse.ForbiddenAsync(context);
        return null;
    }

    private async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, string scheme)
    {
        try
        {
            if (await IdentifyAsync(context, KeyOf(context.Request)) is { } identity)
                return identity;
        }
        catch (KeysUnknownException)
        {
            context.Response.Headers.RetryAfter = "1";
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "Keys cannot be checked now; try again.");
            return null;
        }

        await ErrorResponse.UnauthorizedAsync(context, scheme);
        return null;
    }

    private ValueTask<TenantIdentity?> IdentifyAsync(HttpContext context, string? text) =>
        text is not null && tokens.Takes(text) ? new(tokens.AuthenticateAsync(context, tenants)) : keys.FindAsync(text);

    // OpenAI's clients send a bearer token, Azure's an api-key header, Anthropic's an x-api-key header; a browser that looks at a page can only do basic, with any
    // user name and the key as its password. It opens only what is looked at: browsers add it by themselves, also to what another site's page posts here.
    private static string? KeyOf(HttpRequest request)
    {
        var headers = request.Headers;
        var authorization = headers.Authorization.ToString();
        string? key;
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            key = authorization[Bearer.Length..].Trim();
        else if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            key = PasswordOf(authorization[Basic.Length..].Trim());
        else
            key = headers.TryGetValue("api-key", out var azure) ? azure.ToString() : headers["x-api-key"].ToString();
        return key?.Length <= LongestKey ? key : null;
    }

    private static string? PasswordOf(string credentials)
    {
        var buffer = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, buffer, out var written))
            return null;
        var text = Encoding.UTF8.GetString(buffer, 0, written);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : text[(colon + 1)..];
    }
}
