using System.Net;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>
/// Where no key is needed, everybody at this machine may call, and its browser is at this machine: a web site must reach the gateway neither by a name of
/// its own that leads here (DNS rebinding, https://en.wikipedia.org/wiki/DNS_rebinding) nor by a form or script that it sends across.
/// </summary>
internal static class KeylessGuard
{
    /// <summary>Lets no web site through; where keys are needed, they do that.</summary>
    public static void UseKeylessGuard(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<TenantDirectory>().RequiresKey)
            return;
        app.Use((context, next) =>
        {
            var headers = context.Request.Headers;
            if (!IsLoopback(headers.Host.ToString()))
            {
                return ErrorResponse.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, new RequestProblem(
                    "Without keys the gateway is called by localhost or 127.0.0.1 alone. Configure keys (OrleansLlm:Tenants:NAME:KeyVariable) to call it by another name.", null, "keys_required"));
            }

            return IsOwn(headers.Origin.ToString()) ? next(context) : ErrorResponse.WriteAsync(context, StatusCodes.Status403Forbidden, new RequestProblem(
                "Without keys no web site may call the gateway. Configure keys (OrleansLlm:Tenants:NAME:KeyVariable), or call it from a program.", null, "keys_required"));
        });
    }

    /// <summary>Whether a <c>Host</c> header names this machine as itself.</summary>
    internal static bool IsLoopback(ReadOnlySpan<char> host)
    {
        var port = host.LastIndexOf(':');
        if (port > host.LastIndexOf(']'))
            host = host[..port];
        return host is "127.0.0.1" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim("[]"), out var address) && IPAddress.IsLoopback(address));
    }

    // Browsers send it with everything that a page of another origin posts, and write "null" where they hide which.
    private static bool IsOwn(string origin) =>
        origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && (from.Scheme is not ("http" or "https") || from.IsLoopback));
}
