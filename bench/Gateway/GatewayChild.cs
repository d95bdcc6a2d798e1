using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansLlm.Bench.Gateway;

/// <summary>The program as a process of its own, so that its load shares no memory, no thread pool and no collector with it.</summary>
internal sealed class GatewayChild : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private GatewayChild(Process process, string url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>Address without a slash at its end.</summary>
    public string Url { get; }

    public static async Task<GatewayChild> StartAsync(string data, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var url = "http://127.0.0.1:" + FreePort();
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "orleansllm.dll") }, RedirectStandardOutput = true, WorkingDirectory = data };
        start.Environment["ORLEANSLLM_URLS"] = url;
        start.Environment["ORLEANSLLM_DATA"] = Path.Combine(data, "data");
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var child = new GatewayChild(Process.Start(start)!, url);
        // Its log is of no use here, and a full pipe would stop it.
        child._process.BeginOutputReadLine();
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_patience && !child._process.HasExited)
        {
            try
            {
                using var ready = await http.GetAsync(url + "/health/ready", cancellationToken);
                if (ready.IsSuccessStatusCode)
                    return child;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        await child.DisposeAsync();
        throw new InvalidOperationException("the gateway did not start");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
