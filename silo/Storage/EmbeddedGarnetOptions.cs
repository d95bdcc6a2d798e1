using System.Net;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Tsavorite.core;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// What Garnet is told. As an object: as a command line, its two hundred options are reflected on at every start, a fifteenth of the time until the gateway
/// serves, and what Garnet has to say goes past the log to the console.
/// </summary>
internal static class EmbeddedGarnetOptions
{
    /// <param name="directory">What its files are in.</param>
    /// <param name="port">Of loopback.</param>
    /// <param name="password">What every connection must give.</param>
    /// <param name="logger">Told of what goes wrong with its devices.</param>
    public static GarnetServerOptions Create(string directory, int port, string password, ILogger logger) => new(logger)
    {
        EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
        AuthSettings = new PasswordAuthenticationSettings(password),
        // The sizes of pages and segments are part of the files: with others nothing that was written before is found.
        LogMemorySize = "512m",
        PageSize = "4m",
        SegmentSize = "64m",
        IndexMemorySize = "16m",
        EnableStorageTier = true,
        LogDir = Path.Combine(directory, "log"),
        // The native device wants libaio.
        DeviceType = DeviceType.RandomAccess,
        DeviceFactoryCreator = new LocalStorageNamedDeviceFactoryCreator(deviceType: DeviceType.RandomAccess, numCompletionThreads: 4, logger: logger, nativeDeviceOptions: new NativeDeviceOptions()),
        // Recovery from the append-only file, whose commits follow each write; a checkpoint once the file is that long: neither it nor the time of reading it
        // back grows with what was ever written.
        EnableAOF = true,
        AofMemorySize = "64m",
        AofPageSize = "8m",
        AofSizeLimit = "128m",
        Recover = true,
        CheckpointDir = Path.Combine(directory, "checkpoint"),
        EnableLua = true,
        LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, string.Empty, Timeout.InfiniteTimeSpan, LuaLoggingMode.Enable, [], logger),
        QuietMode = true,
        // Garnet's own defaults of a command line, which are not those of this object.
        LogLevel = LogLevel.Warning,
        AofTailWitnessFreqMs = 10,
        NetworkBufferPoolSize = "64m",
        NetworkBufferMemoryBudget = "1g",
        RevivifiableFraction = 1,
    };
}
