using System.Globalization;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>Silos and stand-alone APIs as processes of their own on one Redis, and the list of APIs that a Kubernetes Service would send requests to.</summary>
internal sealed class GatewayCluster(int redisPort, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    // The pause between a pod's leaving the endpoints and its SIGTERM: the manifests' preStop hook, shortened.
    private static readonly TimeSpan s_preStop = TimeSpan.FromSeconds(1);

    private readonly List<GatewayProgram> _silos = [];
    private readonly List<GatewayProgram> _apis = [];
    private readonly List<GatewayProgram> _stopped = [];
    private volatile GatewayProgram[] _ready = [];
    private int _turn;

    /// <summary>Where all find the store.</summary>
    public string StoreHost { get; init; } = "127.0.0.1";

    public IReadOnlyList<GatewayProgram> Silos => _silos;

    public IReadOnlyList<GatewayProgram> Apis => _apis;

    /// <summary>What all programs said that holds one of the words.</summary>
    public IEnumerable<string> Said(params string[] words) =>
        _stopped.Concat(_silos).Concat(_apis).SelectMany(static p => p.Output.Split('\n')).Where(l => Array.Exists(words, w => l.Contains(w, StringComparison.Ordinal)));

    /// <summary>How many programs requests go to.</summary>
    public int Doors => _ready.Length;

    /// <summary>Where the next request goes, as a Service spreads them.</summary>
    public GatewayProgram Next()
    {
        var ready = _ready;
        return ready[(uint)Interlocked.Increment(ref _turn) % ready.Length];
    }

    /// <summary>Starts a silo.</summary>
    /// <param name="serves">Whether requests go to its own API too.</param>
    /// <param name="own">Settings beside those of all.</param>
    public async Task<GatewayProgram> AddSiloAsync(bool serves = false, params (string Name, string Value)[] own) =>
        Add(await GatewayProgram.StartAsync("orleansllm.dll", [.. SiloSettings(), .. own]), serves);

    /// <summary>Starts one on a machine of its own.</summary>
    public async Task<GatewayProgram> AddSiloAsync(TestMachine machine) =>
        Add(await GatewayProgram.StartAsync("orleansllm.dll", machine, [.. SiloSettings(), ("OrleansLlm__Cluster__AdvertisedAddress", machine.Address)]), serves: false);

    private GatewayProgram Add(GatewayProgram silo, bool serves)
    {
        lock (_silos)
            _silos.Add(silo);
        if (serves)
            Serve(silo);
        return silo;
    }

    private (string, string)[] SiloSettings() =>
    [
        ("OrleansLlm__Store__Redis", Address),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        .. settings,
    ];

    public async Task<GatewayProgram> AddApiAsync(params (string Name, string Value)[] own)
    {
        var api = await GatewayProgram.StartAsync(
            "OrleansLlm.Client.dll", [.. own, ("OrleansLlm__Store__Redis", Address), .. settings.Where(static s => s.Name.StartsWith("OrleansLlm__Tenants", StringComparison.Ordinal))]);
        lock (_apis)
            _apis.Add(api);
        Serve(api);
        return api;
    }

    /// <summary>One silo out, as a Deployment does it: SIGTERM, and the pod stays until its process has ended by itself. Returns the exit code.</summary>
    public async Task<int> RetireSiloAsync(GatewayProgram silo)
    {
        lock (_silos)
            _silos.Remove(silo);
        return await RetireAsync(silo);
    }

    /// <summary>One API out: no new requests, a moment later SIGTERM. Returns the exit code.</summary>
    public async Task<int> RetireApiAsync(GatewayProgram api)
    {
        lock (_apis)
        {
            _apis.Remove(api);
            _ready = [.. _ready.Where(p => p != api)];
        }

        await Task.Delay(s_preStop, TestContext.Current.CancellationToken);
        return await RetireAsync(api);
    }

    /// <summary><c>kill -9</c>. A Service learns of it by its next probe; here requests go elsewhere at once.</summary>
    public async Task KillApiAsync(GatewayProgram api)
    {
        lock (_apis)
        {
            _apis.Remove(api);
            _ready = [.. _ready.Where(p => p != api)];
        }

        lock (_stopped)
            _stopped.Add(api);
        api.Kill();
        await api.ExitAsync();
    }

    /// <summary>Takes away a silo whose process has ended by itself.</summary>
    public void Bury(GatewayProgram silo)
    {
        Assert.True(silo.HasEnded);
        lock (_silos)
            _silos.Remove(silo);
        lock (_stopped)
            _stopped.Add(silo);
    }

    private void Serve(GatewayProgram program)
    {
        lock (_apis)
            _ready = [.. _ready, program];
    }

    private async Task<int> RetireAsync(GatewayProgram program)
    {
        lock (_stopped)
            _stopped.Add(program);
        program.Terminate();
        return await program.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _apis.Concat(_silos).Concat(_stopped))
            await program.DisposeAsync();
    }

    private string Address => $"{StoreHost}:{redisPort.ToString(CultureInfo.InvariantCulture)}";
}
