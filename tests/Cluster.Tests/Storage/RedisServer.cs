using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansLlm.Cluster.Tests.Hosting.Tls;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>A real Redis on a free port, of loopback alone unless it is told otherwise, without files unless it is told to keep some.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo? _folder;
    private readonly string[] _arguments;
    private Process _process;

    private RedisServer(Process process, int port, DirectoryInfo? folder, string[] arguments)
    {
        _process = process;
        _arguments = arguments;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts it; skips the test where Redis is not installed.</summary>
    /// <param name="authority">With one it speaks TLS alone, and asks callers for a certificate.</param>
    /// <param name="keepsData">Whether it writes what it holds to disk, as the manifests have it, so that it survives <see cref="RestartAsync"/>.</param>
    /// <param name="address">One beside loopback's at which it is reached as well, by anybody.</param>
    public static async Task<RedisServer> StartAsync(TestAuthority? authority = null, bool keepsData = false, string? address = null)
    {
        var (port, folder) = (LoopbackPort.Free(), keepsData ? Directory.CreateTempSubdirectory("orleansllm-redis-") : null);
        var number = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] listen = authority?.Issue("redis") is var (certificate, key)
            ? ["--port", "0", "--tls-port", number, "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority.CaFile]
            : ["--port", number];
        string[] bind = address is null ? ["--bind", "127.0.0.1"] : ["--protected-mode", "no", "--bind", "127.0.0.1", address];
        string[] arguments = [.. listen, .. bind, "--save", "", "--appendonly", keepsData ? "yes" : "no"];
        return new RedisServer(await StartAsync(port, folder, arguments), port, folder, arguments);
    }

    /// <summary>Starts it again after <see cref="Kill"/>, with what it kept or with nothing.</summary>
    public async Task RestartAsync(bool withData)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (!withData)
        {
            foreach (var file in _folder!.EnumerateFileSystemInfos())
            {
                if (file is DirectoryInfo folder)
                    folder.Delete(recursive: true);
                else
                    file.Delete();
            }
        }

        _process.Dispose();
        _process = await StartAsync(Port, _folder, _arguments);
    }

    private static async Task<Process> StartAsync(int port, DirectoryInfo? folder, string[] arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("redis-server", arguments) { WorkingDirectory = folder?.FullName ?? string.Empty, RedirectStandardOutput = true });
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
                return process;
            }
            catch (SocketException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        process.Kill();
        throw new TimeoutException("redis-server did not start.");
    }

    /// <summary>A connection of the test's own, with the patience that a busy machine asks for.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync(
        $"127.0.0.1:{Port},allowAdmin=true,connectTimeout=60000,asyncTimeout=60000,syncTimeout=60000");

    /// <summary>Loses the keys that hold <paramref name="part"/> in their name; returns how many.</summary>
    public async Task<int> LoseAsync(string part)
    {
        await using var redis = await ConnectAsync();
        var lost = 0;
        await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: $"*{part}*"))
            lost += await redis.GetDatabase().KeyDeleteAsync(key) ? 1 : 0;
        return lost;
    }

    /// <summary>Runs a command.</summary>
    public async Task ExecuteAsync(string command, params object[] arguments)
    {
        await using var redis = await ConnectAsync();
        await redis.GetDatabase().ExecuteAsync(command, arguments);
    }

    /// <summary>Stops it at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>It answers nothing until <see cref="Resume"/>; its connections stay.</summary>
    public void Pause() => ProcessSignal.Send(_process, "STOP");

    public void Resume() => ProcessSignal.Send(_process, "CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder?.Delete(recursive: true);
    }
}
