using System.Diagnostics;
using System.Globalization;

namespace OrleansLlm.Bench.Processes;

/// <summary>Portkey's gateway, from a folder in which <c>npm i @portkey-ai/gateway</c> was run.</summary>
internal static class PortkeyChild
{
    public static async Task<(ChildProcess Process, string Url)> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js"), "--headless", "--port=" + port },
        };
        start.Environment["NODE_ENV"] = "production";
        var process = ChildProcess.Start(start);
        try
        {
            await process.WaitUntilReadyAsync($"http://127.0.0.1:{port}/", cancellationToken);
            return (process, $"http://127.0.0.1:{port}/v1");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
