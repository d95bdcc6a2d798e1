using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace OrleansLlm.Bench.Processes;

/// <summary>The program as a process of its own, so that its load shares no memory, no thread pool and no collector with it.</summary>
internal sealed class GatewayChild : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private GatewayChild(ChildProcess process, string url) => (_process, Url) = (process, url);

    /// <summary>Address without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>From the process's start until it was ready.</summary>
    public TimeSpan Started { get; private init; }

    public ProcessUse Use => _process.Use;

    public static async Task<GatewayChild> StartAsync(string data, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var url = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "orleansllm.dll") }, WorkingDirectory = data };
        start.Environment["ORLEANSLLM_URLS"] = url;
        start.Environment["ORLEANSLLM_DATA"] = Path.Combine(data, "data");
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = ChildProcess.Start(start);
        try
        {
            return new GatewayChild(process, url) { Started = await process.WaitUntilReadyAsync(url + "/health/ready", cancellationToken) };
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
        const string Metric = "dotnet_gc_heap_total_allocated_bytes_total";
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        foreach (var line in (await http.GetStringAsync(Url + "/metrics")).Split('\n'))
        {
            if (line.StartsWith(Metric, StringComparison.Ordinal))
                return (long)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"{Metric} is not measured");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
