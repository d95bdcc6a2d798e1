using System.Net;
using System.Net.Sockets;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>Whether a silo's ports are free where it would listen on them, which is not everywhere.</summary>
public sealed class ClusterEndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1", 0)]
    [InlineData("127.9.9.9", 1)]
    public void Faults_PortTaken_CountsAtItsOwnAddressAlone(string taken, int faults)
    {
        using var other = new TcpListener(IPAddress.Parse(taken), LoopbackPort.Free());
        other.Start();
        var endpoints = new ClusterEndpoints(IPAddress.Parse("127.9.9.9"), ((IPEndPoint)other.LocalEndpoint).Port, LoopbackPort.Free());
        Assert.Equal(faults, endpoints.Faults().Count());
    }
}
