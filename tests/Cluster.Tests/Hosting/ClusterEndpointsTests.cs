using System.Net;
using System.Net.Sockets;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>Where a silo listens, and whether its ports are free there, which is not everywhere.</summary>
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

    [Fact]
    public void Of_Alone_IsLoopbackWhateverIsAdvertised()
    {
        var settings = new ClusterSettings { AdvertisedAddress = "192.0.2.7" };
        Assert.False(ClusterEndpoints.Of(settings, alone: true).IsOpen);
        Assert.Equal(IPAddress.Loopback, ClusterEndpoints.Of(settings, alone: true).Address);
        Assert.Equal(IPAddress.Parse("192.0.2.7"), ClusterEndpoints.Of(settings, alone: false).Address);
    }
}
