using System.Text;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Who is calling, decided before a byte of the body is read. The tenant comes from the key, never from the request.</summary>
internal static class ApiKeyAuthentication
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private const int LongestKey = 1024;

    /// <summary>The caller, or null after a 401 was written.</summary>
    public static async ValueTask<TenantIdentity?> AuthenticateAsync(HttpContext context, TenantDirectory tenants)
    {
        if (tenants.Authenticate(KeyOf(context.Request.Headers)) is { } identity)
            return identity;
        await OpenAiError.UnauthorizedAsync(context);
        return null;
    }

    /// <summary>The caller where it is an operator, or null after a 401 or 403 was written.</summary>
    public static async ValueTask<TenantIdentity?> AuthenticateOperatorAsync(HttpContext context, TenantDirectory tenants)
    {
        if (tenants.Authenticate(KeyOf(context.Request.Headers)) is not { } identity)
        {
            await OpenAiError.UnauthorizedAsync(context, "Basic realm=\"OrleansLlm operators\"");
            return null;
        }

        if (identity.IsOperator)
            return identity;
        await OpenAiError.ForbiddenAsync(context);
        return null;
    }

    // OpenAI's clients send a bearer token, Azure's an api-key header, Anthropic's an x-api-key header; a browser that looks at a page can only do basic, with any
    // user name and the key as its password.
    private static string? KeyOf(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString();
        string? key;
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            key = authorization[Bearer.Length..].Trim();
        else if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
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
