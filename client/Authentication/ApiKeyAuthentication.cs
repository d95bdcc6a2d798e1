using System.Text;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Who is calling, decided before a byte of the body is read. The tenant comes from the key, never from the request.</summary>
internal static class ApiKeyAuthentication
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    // A token holds claims; a key is shorter.
    private const int LongestKey = 8192;

    /// <summary>The caller, or null after a 401 (or a 503: it cannot be known) was written.</summary>
    public static async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, TenantDirectory tenants) => await AuthenticateAsync(context, tenants, Bearer.Trim());

    /// <summary>The caller where it is an operator, or null after a 401, 403 or 503 was written.</summary>
    public static ValueTask<TenantIdentity?> AuthenticateOperatorAsync(HttpContext context, TenantDirectory tenants) =>
        AuthenticateAsync(context, tenants, static identity => identity.IsOperator);

    /// <summary>The caller where it manages a tenant, or null after a 401, 403 or 503 was written.</summary>
    public static ValueTask<TenantIdentity?> AuthenticateAdminAsync(HttpContext context, TenantDirectory tenants) =>
        AuthenticateAsync(context, tenants, static identity => identity.IsAdmin);

    private static async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, TenantDirectory tenants, Func<TenantIdentity, bool> may)
    {
        if (await AuthenticateAsync(context, tenants, "Basic realm=\"OrleansLlm operators\"") is not { } identity)
            return null;
        if (may(identity))
            return identity;
        await ErrorResponse.ForbiddenAsync(context);
        return null;
    }

    private static async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, TenantDirectory tenants, string scheme)
    {
        var text = KeyOf(context.Request);
        try
        {
            var identity = await IdentifyAsync(context, text, tenants);
            if (identity is not null)
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

    private static async ValueTask<TenantIdentity?> IdentifyAsync(HttpContext context, string? text, TenantDirectory tenants)
    {
        var services = context.RequestServices;
        return text is not null && services.GetRequiredService<JwtAuthentication>() is var tokens && tokens.Takes(text)
            ? await tokens.AuthenticateAsync(context, tenants)
            : await services.GetRequiredService<CallerKeys>().FindAsync(text);
    }

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
