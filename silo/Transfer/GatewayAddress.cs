using System.Net.Http.Headers;

namespace OrleansLlm.Silo.Transfer;

/// <summary>A running gateway as a command reaches it.</summary>
/// <param name="Url">Its address.</param>
/// <param name="KeyVariable">Name of the environment variable that holds the key; without one the request goes without a key.</param>
/// <param name="Tenant">The tenant meant; null for the key's own.</param>
internal sealed record GatewayAddress(Uri Url, string KeyVariable, string? Tenant)
{
    public HttpClient CreateClient()
    {
        var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(5) };
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>A path with the tenant and other parameters.</summary>
    public string Path(string path, params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Append((Name: "tenant", Value: Tenant)).Where(static p => p.Value is not null).Select(static p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? path : path + "?" + string.Join('&', given);
    }
}
