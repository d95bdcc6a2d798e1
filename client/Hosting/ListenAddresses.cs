using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Hosting;

/// <summary>The addresses of <c>ORLEANSLLM_URLS</c>, separated by semicolons.</summary>
internal static class ListenAddresses
{
    private const int HighestPort = 65535;
    private const string ServersOwn = "Kestrel:Endpoints";

    public static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Adds what is wrong with them. Without keys anybody who reaches the port spends the owner's money.</summary>
    public static void Check(string urls, IConfiguration configuration, TenantDirectory tenants, ICollection<string> problems)
    {
        // The server would listen there in place of these.
        if (configuration.GetSection(ServersOwn).GetChildren().Any())
            problems.Add($"{ServersOwn} is not taken: name the addresses in ORLEANSLLM_URLS, where it is looked at who reaches them.");
        ServerCertificate.Check(configuration, problems);
        var addresses = Split(urls);
        if (addresses.Length == 0)
            problems.Add("ORLEANSLLM_URLS names no address to listen on; write it like http://127.0.0.1:8080.");
        foreach (var url in addresses)
        {
            if (Parse(url) is not { } address)
                problems.Add($"ORLEANSLLM_URLS: '{url}' is no address to listen on; write it like http://127.0.0.1:8080.");
            else if (!tenants.RequiresKey && !KeylessGuard.IsLoopback(address.Host))
                problems.Add($"{url} is reachable from other machines, and no key is configured: set OrleansLlm:Tenants:NAME:KeyVariable (or KeyHashes, KeyFile), or listen on 127.0.0.1.");
        }
    }

    /// <summary>What stands in the way of listening on each of them; none where nothing does.</summary>
    public static IEnumerable<(string Url, ListenFault? Fault)> Probe(string urls)
    {
        foreach (var url in Split(urls))
        {
            var address = Parse(url)!;
            var ip = IPAddress.TryParse(address.Host.Trim('[', ']'), out var named) ? named : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
            yield return (url, ListenFault.Find(url, ip, address.Port, "Stop what listens there (a gateway that runs already?), or set ORLEANSLLM_URLS to another address."));
        }
    }

    /// <summary>Where this machine itself reaches what listens at one of them.</summary>
    public static Uri ToReach(string url)
    {
        var address = Parse(url)!;
        var host = address.Host is "0.0.0.0" or "[::]" or "*" or "+" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }

    /// <summary>Tells in a line what the server would tell in fifty, and before anything is loaded.</summary>
    /// <exception cref="ConfigurationException">One of them cannot be listened on.</exception>
    public static void ThrowIfAnyFault(string urls) => ConfigurationException.ThrowIfAny([.. Probe(urls).Where(static p => p.Fault is not null).Select(static p => p.Fault!.ToString())]);

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Port: >= 0 and <= HighestPort, PathBase: "" } address ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Why a port cannot be listened on.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="IsTaken">Whether something listens there.</param>
internal sealed record ListenFault(string Text, string Fix, bool IsTaken = false)
{
    /// <summary>Null where it can be; port 0 is any that is free.</summary>
    /// <param name="what">The address or setting, for people.</param>
    /// <param name="address">Where.</param>
    /// <param name="port">Which.</param>
    /// <param name="fixIfTaken">What to do where something else listens there.</param>
    public static ListenFault? Find(string what, IPAddress address, int port, string fixIfTaken)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new ListenFault($"{what} is taken", fixIfTaken, IsTaken: true),
                SocketError.AccessDenied => new ListenFault($"{what}: this user may not listen on port {port.ToString(CultureInfo.InvariantCulture)}", "Take a port from 1024 on."),
                _ => new ListenFault($"{what} cannot be listened on: {e.Message}", "Name an address of this machine."),
            };
        }
    }

    public override string ToString() => $"{Text}. {Fix}";
}
