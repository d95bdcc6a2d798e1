using System.Net;
using System.Net.Sockets;

namespace OrleansLlm.Cluster.Tests;

/// <summary>Ports of this machine that nobody listens on.</summary>
internal static class LoopbackPort
{
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
