using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Scale;

/// <summary>Silos and APIs of a layout, each a process, with a real Redis, in front of one mock upstream.</summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    private const string PassKey = "bench-pass-through-00000000000000";
    private const string FullKey = "bench-all-layers-000000000000000";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orleansllm-scale-");
    private readonly List<GatewayChild> _silos = [];
    private readonly List<GatewayChild> _apis = [];
    private readonly List<ChildProcess> _redis = [];
    private readonly UpstreamChild _upstream;
    private int _number;

    private ScaleCluster(UpstreamChild upstream) => _upstream = upstream;

    /// <summary>Where requests are sent in turn, as by a load balancer.</summary>
    public int Doors => _apis.Count > 0 ? _apis.Count : _silos.Count;

    public int Silos => _silos.Count;

    public int Processes => _silos.Count + _apis.Count;

    /// <summary>What all silos and APIs have used of the processors since their start.</summary>
    public double CpuSeconds => _silos.Sum(static s => s.Use.CpuSeconds) + _apis.Sum(static s => s.Use.CpuSeconds);

    public double RedisCpuSeconds => _redis.Sum(static r => r.Use.CpuSeconds);

    public static async Task<ScaleCluster> StartAsync(SuiteContext context, ScaleLayout layout, CancellationToken cancellationToken)
    {
        var cluster = new ScaleCluster(await UpstreamChild.StartAsync());
        try
        {
            var redis = cluster.StartRedis();
            for (var i = 0; i < layout.Silos; i++)
            {
                if (layout.Apart && i > 0)
                    redis = cluster.StartRedis();
                cluster._silos.Add(await GatewayChild.StartAsync(cluster._data.CreateSubdirectory($"silo-{i}").FullName, cluster.Settings(context, redis), cancellationToken));
            }

            for (var i = 0; i < layout.Apis; i++)
                cluster._apis.Add(await GatewayChild.StartApiAsync(cluster._data.CreateSubdirectory($"api-{i}").FullName, cluster.Settings(context, redis), cancellationToken));
            // As fast as a model that is quick.
            await cluster._upstream.StreamAsync(50, 10);
            // The last to come is known to all once the others have heard of it.
            await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One for each request, whoever sends it: silos remember what they were asked.</summary>
    public int NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Through a door, with all layers off or all on.</summary>
    public WireRequest Request(int door, byte[] body, bool layers) =>
        WireRequest.Chat((_apis.Count > 0 ? _apis : _silos)[door].Url + "/v1", body, "Authorization: Bearer " + (layers ? FullKey : PassKey));

    public async ValueTask DisposeAsync()
    {
        foreach (var api in _apis)
            await api.DisposeAsync();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        foreach (var redis in _redis)
            await redis.DisposeAsync();
        await _upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private string StartRedis()
    {
        var port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        _redis.Add(ChildProcess.Start(new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])));
        return port;
    }

    private Dictionary<string, string?> Settings(SuiteContext context, string redisPort) => new()
    {
        ["OrleansLlm:Inference:ModelsDirectory"] = Path.GetFullPath(context.ModelsDirectory),
        ["OrleansLlm:Providers:mock:Endpoint"] = _upstream.Endpoint,
        ["OrleansLlm:Store:Redis"] = "127.0.0.1:" + redisPort,
        ["OrleansLlm:Cluster:SiloPort"] = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture),
        ["OrleansLlm:Cluster:GatewayPort"] = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture),
        // On a busy machine a layer that is late would be skipped, and its request another kind.
        ["OrleansLlm:Gateway:CacheTimeout"] = "00:00:20",
        ["OrleansLlm:Gateway:RoutingTimeout"] = "00:00:20",
        // Sampled checks are calls of their own.
        ["OrleansLlm:Risk:ShadowShare"] = "0",
        ["OrleansLlm:Tenants:pass:KeyHashes:0"] = Hash(PassKey),
        ["OrleansLlm:Tenants:pass:Cache"] = "Off",
        ["OrleansLlm:Tenants:pass:Routing"] = "Off",
        ["OrleansLlm:Tenants:pass:Compression"] = "Off",
        ["OrleansLlm:Tenants:full:KeyHashes:0"] = Hash(FullKey),
    };

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
