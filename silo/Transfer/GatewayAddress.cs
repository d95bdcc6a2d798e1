using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace OrleansLlm.Silo.Transfer;

/// <summary>A running gateway as a command reaches it.</summary>
/// <param name="Url">Its address.</param>
/// <param name="KeyVariable">Name of the environment variable that holds the key; without one the request goes without a key.</param>
/// <param name="Tenant">The tenant meant; null for the key's own.</param>
internal sealed record GatewayAddress(Uri Url, string KeyVariable, string? Tenant)
{
    private const int MarkBytes = 4;

    public HttpClient CreateClient()
    {
        var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(5) };
        if (ReadKey() is { } key)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>
    /// Tells keys apart where the key says which tenant is meant: a little of its hash, by which nobody finds the key. Null where the tenant is named, or
    /// there is no key.
    /// </summary>
    public string? MarkOfKey() => Tenant is null && ReadKey() is { } key ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, MarkBytes)) : null;

    /// <summary>A path with the tenant and other parameters.</summary>
    public string Path(string path, params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Append((Name: "tenant", Value: Tenant)).Where(static p => p.Value is not null).Select(static p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? path : path + "?" + string.Join('&', given);
    }

    private string? ReadKey() => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;
}
