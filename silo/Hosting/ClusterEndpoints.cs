using System.Globalization;
using System.Net;
using Orleans.Configuration;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;

namespace OrleansLlm.Silo.Hosting;

/// <summary>Where a silo is reached by other silos and by APIs.</summary>
/// <param name="Address">As the others are told.</param>
/// <param name="SiloPort">For silos.</param>
/// <param name="GatewayPort">For APIs.</param>
internal sealed record ClusterEndpoints(IPAddress Address, int SiloPort, int GatewayPort)
{
    /// <summary>Whether anything but this machine reaches it.</summary>
    public bool IsOpen => !IPAddress.IsLoopback(Address);

    /// <summary>Adds what is wrong with the settings.</summary>
    public static void Check(ClusterSettings settings, ICollection<string> problems)
    {
        if (!IPAddress.TryParse(AddressOf(settings), out _))
            problems.Add($"OrleansLlm:Cluster:AdvertisedAddress (or POD_IP): '{AddressOf(settings)}' is no IP address; names are not looked up.");
    }

    /// <summary>Those of checked settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="alone">Nobody joins this silo, so that any ports will do, and none is opened to other machines.</param>
    public static ClusterEndpoints Of(ClusterSettings settings, bool alone) => new(
        alone ? IPAddress.Loopback : IPAddress.Parse(AddressOf(settings)),
        settings.SiloPort != 0 ? settings.SiloPort : alone ? LoopbackPort.Free() : EndpointOptions.DEFAULT_SILO_PORT,
        settings.GatewayPort != 0 ? settings.GatewayPort : alone ? LoopbackPort.Free() : EndpointOptions.DEFAULT_GATEWAY_PORT);

    /// <summary>What stands in the way of listening there.</summary>
    public IEnumerable<ListenFault> Faults() =>
        new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort) }
            .Select(p => ListenFault.Find(
                $"OrleansLlm:Cluster:{p.Item1} {p.Item2.ToString(CultureInfo.InvariantCulture)}", IsOpen ? IPAddress.Any : Address, p.Item2,
                "Set another port; every silo of a machine needs its own."))
            .OfType<ListenFault>();

    private static string AddressOf(ClusterSettings settings) => settings.AdvertisedAddress ?? Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1";
}
