using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether the ports of the API and of the cluster can be listened on.</summary>
internal sealed class PortsCheck : ICheck
{
    public string Name => "ports";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var url in setUp.Settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var binding = BindingAddress.Parse(url);
            var address = IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) ? ip : binding.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
            findings.Add(Probe(url, address, binding.Port, "Stop what listens there (a gateway that runs already?), or set ORLEANSLLM_URLS to another address."));
        }

        var cluster = setUp.Options<ClusterSettings>();
        foreach (var (setting, port) in new[] { ("SiloPort", cluster.SiloPort), ("GatewayPort", cluster.GatewayPort) })
        {
            if (port != 0)
                findings.Add(Probe($"OrleansLlm:Cluster:{setting} {port.ToString(CultureInfo.InvariantCulture)}", IPAddress.Any, port, "Set another port; every silo of a machine needs its own."));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private Finding Probe(string what, IPAddress address, int port, string fix)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return new Finding(Name, Severity.Ok, $"{what} is free");
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new Finding(Name, Severity.Fault, $"{what} is taken", fix),
                SocketError.AccessDenied => new Finding(Name, Severity.Fault, $"{what}: this user may not listen on port {port.ToString(CultureInfo.InvariantCulture)}", "Take a port from 1024 on."),
                _ => new Finding(Name, Severity.Fault, $"{what} cannot be listened on: {e.Message}", "Name an address of this machine."),
            };
        }
    }
}
