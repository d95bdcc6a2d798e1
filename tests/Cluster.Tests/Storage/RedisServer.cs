using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansLlm.Cluster.Tests.Hosting.Tls;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>A real Redis on a free loopback port, without files.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts it; skips the test where Redis is not installed.</summary>
    /// <param name="authority">With one it speaks TLS alone, and asks callers for a certificate.</param>
    public static async Task<RedisServer> StartAsync(TestAuthority? authority = null)
    {
        var port = LoopbackPort.Free();
        var number = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] listen = authority?.Issue("redis") is var (certificate, key)
            ? ["--port", "0", "--tls-port", number, "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority.CaFile]
            : ["--port", number];
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("redis-server", [.. listen, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("redis-server is not installed (apt-get install redis-server)");
        }

        process!.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return new RedisServer(process, port);
            }
            catch (SocketException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        process.Kill();
        throw new TimeoutException("redis-server did not start.");
    }

    /// <summary>Loses the keys that hold <paramref name="part"/> in their name; returns how many.</summary>
    public async Task<int> LoseAsync(string part)
    {
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port}");
        var lost = 0;
        await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: $"*{part}*"))
            lost += await redis.GetDatabase().KeyDeleteAsync(key) ? 1 : 0;
        return lost;
    }

    /// <summary>Stops it at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
