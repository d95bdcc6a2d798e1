using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Diagnostics.NETCore.Client;

namespace OrleansLlm.Bench.Processes;

/// <summary>The program as a process of its own, so that its load shares no memory, no thread pool and no collector with it.</summary>
internal sealed class GatewayChild : IAsyncDisposable
{
    // A session with this keyword of the runtime begins with a full collection.
    private const long CollectKeyword = 0x800000;

    // Metrics that were told less than 300 ms ago are told again.
    private static readonly TimeSpan s_scrapeAge = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);

    private readonly ChildProcess _process;

    private readonly string _data;

    private GatewayChild(ChildProcess process, string url, string data) => (_process, Url, _data) = (process, url, data);

    /// <summary>Address without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>From the process's start until it was ready.</summary>
    public TimeSpan Started { get; private init; }

    public int Id => _process.Id;

    public ProcessUse Use => _process.Use;

    public static Task<GatewayChild> StartAsync(string data, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken) =>
        StartAsync("orleansllm.dll", data, settings, cancellationToken);

    /// <summary>The stand-alone API.</summary>
    public static Task<GatewayChild> StartApiAsync(string data, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken) =>
        StartAsync("OrleansLlm.Client.dll", data, settings, cancellationToken);

    private static async Task<GatewayChild> StartAsync(string program, string data, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var url = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, program) }, WorkingDirectory = data };
        start.Environment["ORLEANSLLM_URLS"] = url;
        start.Environment["ORLEANSLLM_DATA"] = Path.Combine(data, "data");
        // As run.sh and the images do.
        start.Environment.TryAdd("MALLOC_ARENA_MAX", "2");
        start.Environment.TryAdd("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = ChildProcess.Start(start);
        try
        {
            return new GatewayChild(process, url, start.Environment["ORLEANSLLM_DATA"]!) { Started = await process.WaitUntilReadyAsync(url + "/health/ready", cancellationToken) };
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes that its program has allocated since it started.</summary>
    /// <param name="operatorKey">A key that may read <c>/metrics</c>.</param>
    public async Task<long> AllocatedBytesAsync(string operatorKey)
    {
        await Task.Delay(s_scrapeAge);
        return (long)await MetricAsync(operatorKey, "dotnet_gc_heap_total_allocated_bytes_total");
    }

    /// <summary>Memory that its collector held from the system after it last ran, in bytes.</summary>
    /// <param name="operatorKey">A key that may read <c>/metrics</c>.</param>
    public Task<double> HeapBytesAsync(string operatorKey) => MetricAsync(operatorKey, "dotnet_gc_last_collection_memory_committed_size_bytes");

    /// <summary>What objects took after it last ran, those of each generation added up, in bytes.</summary>
    /// <param name="operatorKey">A key that may read <c>/metrics</c>.</param>
    public Task<double> ObjectBytesAsync(string operatorKey) => MetricAsync(operatorKey, "dotnet_gc_last_collection_heap_size_bytes");

    /// <summary>Has its collector run over all generations, and returns once it has given back what it will.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var client = new DiagnosticsClient(_process.Id);
        using var session = client.StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword)], requestRundown: false);
        // Its events are of no use; unread they would stop the session.
        var events = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(s_settling, cancellationToken);
        await session.StopAsync(cancellationToken);
        await events;
    }

    /// <summary>Files below its data folder, in bytes.</summary>
    public long FileBytes(string below) => new DirectoryInfo(Path.Combine(_data, below)) is { Exists: true } folder
        ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length)
        : 0;

    private async Task<double> MetricAsync(string operatorKey, string metric)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        var values = (await http.GetStringAsync(Url + "/metrics")).Split('\n')
            .Where(l => l.StartsWith(metric, StringComparison.Ordinal)).Select(static l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture)).ToList();
        return values.Count > 0 ? values.Sum() : throw new InvalidDataException($"{metric} is not measured");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
