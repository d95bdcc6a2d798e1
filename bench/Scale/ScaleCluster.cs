using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Scale;

/// <summary>A real Redis and so many silos, each a process with an API of its own, in front of one mock upstream.</summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    private const string PassKey = "bench-pass-through-00000000000000";
    private const string FullKey = "bench-all-layers-000000000000000";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orleansllm-scale-");
    private readonly List<GatewayChild> _silos = [];
    private readonly UpstreamChild _upstream;
    private readonly ChildProcess _redis;

    private ScaleCluster(UpstreamChild upstream, ChildProcess redis) => (_upstream, _redis) = (upstream, redis);

    public int Silos => _silos.Count;

    /// <summary>What all silos have used of the processors since their start.</summary>
    public double SiloCpuSeconds => _silos.Sum(static s => s.Use.CpuSeconds);

    public double RedisCpuSeconds => _redis.Use.CpuSeconds;

    public static async Task<ScaleCluster> StartAsync(SuiteContext context, int silos, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var redis = ChildProcess.Start(new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]));
        var cluster = new ScaleCluster(await UpstreamChild.StartAsync(), redis);
        try
        {
            for (var i = 0; i < silos; i++)
                cluster._silos.Add(await GatewayChild.StartAsync(cluster._data.CreateSubdirectory($"silo-{i}").FullName, cluster.Settings(context, port), cancellationToken));
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

    /// <summary>Through a silo's API, with all layers off or all on.</summary>
    public WireRequest Request(int silo, byte[] body, bool layers) =>
        WireRequest.Chat(_silos[silo].Url + "/v1", body, "Authorization: Bearer " + (layers ? FullKey : PassKey));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        await _redis.DisposeAsync();
        await _upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private Dictionary<string, string?> Settings(SuiteContext context, string redisPort) => new()
    {
        ["OrleansLlm:Inference:ModelsDirectory"] = Path.GetFullPath(context.ModelsDirectory),
        ["OrleansLlm:Providers:mock:Endpoint"] = _upstream.Endpoint,
        ["OrleansLlm:Store:Redis"] = "127.0.0.1:" + redisPort,
        ["OrleansLlm:Cluster:SiloPort"] = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture),
        ["OrleansLlm:Cluster:GatewayPort"] = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture),
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
