using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>A gateway and its upstream, each a process of its own, and keys of a tenant with all layers off and of one with all on.</summary>
internal sealed class GatewayBed : IAsyncDisposable
{
    public const string OperatorKey = "bench-operator-00000000000000000";
    private const string PassKey = "bench-pass-through-00000000000000";
    private const string FullKey = "bench-all-layers-000000000000000";

    /// <summary>A setting with which allocations are told to within megabytes: the runtime tells them by what its youngest generation may hold.</summary>
    public static (string Key, string Value) FineCounting { get; } = ("DOTNET_GCgen0size", "400000");

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orleansllm-bench-");

    private double? _ownBytes;

    private GatewayBed(UpstreamChild upstream) => Upstream = upstream;

    public UpstreamChild Upstream { get; }

    public GatewayChild Gateway { get; private set; } = null!;

    public static async Task<GatewayBed> StartAsync(SuiteContext context, CancellationToken cancellationToken, params (string Key, string Value)[] settings)
    {
        var bed = new GatewayBed(await UpstreamChild.StartAsync());
        try
        {
            bed.Gateway = await GatewayChild.StartAsync(bed._data.FullName, bed.Settings(context, settings), cancellationToken);
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>A request to the upstream itself.</summary>
    public WireRequest Direct(byte[] body) => WireRequest.Chat(Upstream.Endpoint, body);

    /// <summary>Through the gateway with its layers off.</summary>
    public WireRequest PassThrough(byte[] body) => WireRequest.Chat(Gateway.Url + "/v1", body, "Authorization: Bearer " + PassKey);

    /// <summary>Through the gateway with its layers on.</summary>
    public WireRequest AllLayers(byte[] body) => WireRequest.Chat(Gateway.Url + "/v1", body, "Authorization: Bearer " + FullKey);

    /// <summary>What the gateway's process takes for each of so many requests of one connection, less the bytes that it takes of its own accord meanwhile.</summary>
    /// <param name="requests">Request <c>i</c>.</param>
    /// <param name="count">How many; as many go before.</param>
    public async Task<(double AllocatedBytes, double CpuMilliseconds)> CostAsync(Func<int, WireRequest> requests, int count)
    {
        using var connection = new WireConnection(requests(0).Address);
        for (var i = 0; i < count; i++)
            connection.Send(requests(i));
        _ownBytes ??= await OwnBytesAsync();
        var (bytes, since) = (await Gateway.AllocatedBytesAsync(OperatorKey), Stopwatch.GetTimestamp());
        var cpu = Gateway.Use.CpuSeconds;
        for (var i = 0; i < count; i++)
            connection.Send(requests(i));
        cpu = Gateway.Use.CpuSeconds - cpu;
        var allocated = await Gateway.AllocatedBytesAsync(OperatorKey) - bytes - (_ownBytes.Value * Stopwatch.GetElapsedTime(since).TotalSeconds);
        return (allocated / count, cpu * 1000 / count);
    }

    // A second, with nobody asking: timers, the cluster's keeping.
    private async Task<double> OwnBytesAsync()
    {
        var (bytes, since) = (await Gateway.AllocatedBytesAsync(OperatorKey), Stopwatch.GetTimestamp());
        await Task.Delay(s_idle);
        return (await Gateway.AllocatedBytesAsync(OperatorKey) - bytes) / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private Dictionary<string, string?> Settings(SuiteContext context, IEnumerable<(string Key, string Value)> more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["OrleansLlm:Inference:ModelsDirectory"] = Path.GetFullPath(context.ModelsDirectory),
            ["OrleansLlm:Providers:mock:Endpoint"] = Upstream.Endpoint,
            // Sampled checks of hits are calls of their own.
            ["OrleansLlm:Risk:ShadowShare"] = "0",
            ["OrleansLlm:Tenants:pass:KeyHashes:0"] = Hash(PassKey),
            ["OrleansLlm:Tenants:pass:Cache"] = "Off",
            ["OrleansLlm:Tenants:pass:Routing"] = "Off",
            ["OrleansLlm:Tenants:pass:Compression"] = "Off",
            ["OrleansLlm:Tenants:full:KeyHashes:0"] = Hash(FullKey),
            ["OrleansLlm:Tenants:operators:KeyHashes:0"] = Hash(OperatorKey),
            ["OrleansLlm:Tenants:operators:Operator"] = "true",
        };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
