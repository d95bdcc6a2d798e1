using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Machines on one switch, of which some may be cut off from others: network namespaces, each with one end of a pair of links whose other end is in
/// a bridge. This machine is on the bridge as well. Needs root and iproute2.
/// </summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private static int s_last;

    private readonly string _name;
    private readonly string _prefix;
    private readonly List<TestMachine> _machines = [];

    private TestNetwork(string name, string prefix)
    {
        _name = name;
        _prefix = prefix;
    }

    /// <summary>This machine's address.</summary>
    public string Host => _prefix + "1";

    /// <summary>Makes one; skips the test where this machine lets nobody do so.</summary>
    public static async Task<TestNetwork> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root, to make network namespaces");
        // Names of links are 15 characters at most.
        var name = string.Create(CultureInfo.InvariantCulture, $"ol{Environment.ProcessId % 1_000_000}n{Interlocked.Increment(ref s_last)}");
        var network = new TestNetwork(name, FreePrefix());
        try
        {
            await RunAsync($"link add {name} type bridge");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Assert.Skip("no network namespaces here (iproute2, CAP_NET_ADMIN): " + e.Message);
        }

        await RunAsync($"addr add {network.Host}/24 dev {name}");
        await RunAsync($"link set {name} up");
        return network;
    }

    public async Task<TestMachine> AddMachineAsync()
    {
        var number = _machines.Count + 2;
        var machine = new TestMachine(string.Create(CultureInfo.InvariantCulture, $"{_name}m{number}"), _prefix + number.ToString(CultureInfo.InvariantCulture));
        await RunAsync($"netns add {machine.Name}");
        _machines.Add(machine);
        await RunAsync($"link add {machine.Name} type veth peer name eth0 netns {machine.Name}");
        await RunAsync($"link set {machine.Name} master {_name} up");
        await RunAsync($"-n {machine.Name} link set lo up");
        await RunAsync($"-n {machine.Name} addr add {machine.Address}/24 dev eth0");
        await RunAsync($"-n {machine.Name} link set eth0 up");
        return machine;
    }

    /// <summary>Between it and the others nothing passes, both ways; everybody else reaches it.</summary>
    public Task CutFromAsync(TestMachine machine, IEnumerable<TestMachine> others) =>
        Task.WhenAll(others.Select(other => RunAsync($"-n {machine.Name} route add blackhole {other.Address}/32")));

    public Task JoinAsync(TestMachine machine, IEnumerable<TestMachine> others) =>
        Task.WhenAll(others.Select(other => RunAsync($"-n {machine.Name} route del blackhole {other.Address}/32")));

    /// <summary>Nobody reaches it, and it reaches nobody: its cable is out.</summary>
    public Task UnplugAsync(TestMachine machine) => RunAsync($"link set {machine.Name} down");

    public Task PlugInAsync(TestMachine machine) => RunAsync($"link set {machine.Name} up");

    public async ValueTask DisposeAsync()
    {
        // Their links go with them.
        foreach (var machine in _machines)
            await RunAsync($"netns del {machine.Name}");
        await RunAsync($"link del {_name}");
    }

    // Of the networks that are kept for measurements (RFC 2544), one that this machine has no address in.
    private static string FreePrefix()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces().SelectMany(static i => i.GetIPProperties().UnicastAddresses).Select(static a => a.Address.ToString()).ToList();
        while (true)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"198.{Random.Shared.Next(18, 20)}.{Random.Shared.Next(256)}.");
            if (!taken.Exists(a => a.StartsWith(prefix, StringComparison.Ordinal)))
                return prefix;
        }
    }

    private static async Task RunAsync(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {arguments}: {error}");
    }
}
