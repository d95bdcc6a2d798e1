using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>A real PostgreSQL with a data folder of its own on a free loopback port, run by a user that is not root.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly int _port;
    private Process? _process;

    private PostgresServer(DirectoryInfo folder, int port) => (_folder, _port) = (folder, port);

    public string ConnectionString => $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username=ledger;Password=;Database=postgres;Timeout=5;Pooling=true";

    /// <summary>Makes a cluster and starts it; skips the test where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        if (Programs() is not { } programs)
        {
            Assert.Skip("PostgreSQL is not installed (apt-get install postgresql)");
            return null!;
        }

        var folder = Directory.CreateTempSubdirectory("orleansllm-test-");
        var server = new PostgresServer(folder, LoopbackPort.Free());
        if (IsRoot)
            await RunAsync("chown", "postgres", folder.FullName);
        await RunAsync(As(Path.Combine(programs, "initdb"), "-D", server.Data, "-U", "ledger", "-A", "trust", "-E", "UTF8", "--no-sync"));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            // While any process of a killed server still holds its memory, a new one ends at once.
            if (_process is not { HasExited: false })
                _process = Start();
            try
            {
                await using var connection = new Npgsql.NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (Npgsql.NpgsqlException) when (attempt < 150)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }
    }

    private Process Start()
    {
        var command = As(
            Path.Combine(Programs()!, "postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder.FullName, "-c", "listen_addresses=127.0.0.1");
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _folder.Delete(recursive: true);
    }

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    private string Data => Path.Combine(_folder.FullName, "data");

    private static string? Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(static d => Path.Combine(d, "bin")).Where(static d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static string[] As(params string[] command) => IsRoot ? ["runuser", "-u", "postgres", "--", .. command] : command;

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
