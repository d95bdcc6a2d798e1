using System.Net;
using System.Security.Cryptography;
using Garnet;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Hosting;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// The default store: Garnet inside this process, speaking Redis on a loopback port of its own choice. Its password is made anew
/// at every start and never leaves the process, so that other users of the machine cannot read the cache.
/// </summary>
internal sealed class EmbeddedGarnet : IDisposable
{
    private readonly GarnetServer _server;
    private readonly FileStream _lock;
    private readonly string _directory;

    private EmbeddedGarnet(GarnetServer server, FileStream lockFile, string directory, int port, string password)
    {
        _server = server;
        _lock = lockFile;
        _directory = directory;
        Port = port;
        Password = password;
    }

    /// <summary>How long <see cref="Dispose"/> may take.</summary>
    public static TimeSpan ClosingLimit { get; } = TimeSpan.FromSeconds(10);

    public int Port { get; }

    public string Password { get; }

    /// <summary>Room on the disk of its files.</summary>
    public long FreeBytes => new DriveInfo(_directory).AvailableFreeSpace;

    /// <summary>Starts Garnet with its files under <paramref name="directory"/> and reads back what an earlier start left there.</summary>
    /// <param name="directory">Its own; made where it is not there.</param>
    /// <param name="loggers">Told of what goes wrong for as long as it runs.</param>
    /// <exception cref="ConfigurationException">Another process has them.</exception>
    public static EmbeddedGarnet Start(string directory, ILoggerFactory loggers)
    {
        Directory.CreateDirectory(directory);
        var lockFile = Lock(directory);
        try
        {
            return Start(directory, lockFile, loggers);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    private static EmbeddedGarnet Start(string directory, FileStream lockFile, ILoggerFactory loggers)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var port = LoopbackPort.Free();
        var server = new GarnetServer(EmbeddedGarnetOptions.Create(directory, port, password, loggers.CreateLogger<GarnetServer>()), loggers);
        server.Start();
        var garnet = new EmbeddedGarnet(server, lockFile, directory, port, password);
        garnet.Checkpoint();
        return garnet;
    }

    // A crash may leave the beginning of a transaction at the end of the append-only file. Reading it back leaves that out, but a later start
    // would find the next transaction inside it and give up on all that follows ("No nested transactions expected"). So what was read back
    // becomes a checkpoint before anything is written, and the file behind it is never read again. It also keeps the file from growing for good.
    private void Checkpoint()
    {
        var options = new ConfigurationOptions { EndPoints = { { IPAddress.Loopback, Port } }, Password = Password, AllowAdmin = true, SyncTimeout = 60_000 };
        using var redis = ConnectionMultiplexer.Connect(options);
        redis.GetDatabase().Execute("SAVE");
    }

    // While its disk is full it would wait for ever for what it cannot write.
    public void Dispose()
    {
        Task.Run(CloseAsync).Wait(ClosingLimit);
        _lock.Dispose();
    }

    // What it has answered may be on its way to the append-only file still, and closing drops that.
    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(ClosingLimit / 2);
        Task committed = _server.Store.CommitAOFAsync(limit.Token).AsTask().WaitAsync(limit.Token);
        await committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _server.Dispose();
    }

    // Two that write one store's files, and those beside it, damage them. The system's lock ends with its process, however that ends.
    private static FileStream Lock(string directory)
    {
        try
        {
            return new(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new ConfigurationException($"ORLEANSLLM_DATA: another process uses the store in '{Path.GetFullPath(directory)}'. Stop it, or name another folder; several gateways share a Redis (OrleansLlm:Store:Redis).");
        }
    }
}
