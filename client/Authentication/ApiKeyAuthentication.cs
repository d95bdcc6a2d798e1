using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Who is calling, decided before a byte of the body is read. The tenant comes from the key, never from the request.</summary>
internal static class ApiKeyAuthentication
{
    private const string Bearer = "Bearer ";
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
        if (await AuthenticateAsync(context, tenants) is not { } identity)
            return null;
        if (identity.IsOperator)
            return identity;
        await OpenAiError.ForbiddenAsync(context);
        return null;
    }

    // OpenAI's clients send a bearer token, Azure's an api-key header; browsers looking at a dashboard can only do basic.
    private static string? KeyOf(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString();
        var key = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : headers["api-key"].ToString();
        return key.Length <= LongestKey ? key : null;
    }
}
