using System.Collections;
using System.Globalization;
using System.Reflection;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Silo.Storage;

namespace OrleansLlm.Cluster.Tests.Storage;

public sealed class EmbeddedGarnetOptionsTests
{
    /// <summary>
    /// A Garnet that is started from its command line without arguments has these options otherwise, and only these: a new version's new default is ours too,
    /// or is seen here.
    /// </summary>
    [Fact]
    public void Create_BesideGarnetsDefaults_ChangesWhatIsMeant()
    {
        var (ours, defaults) = (Of(EmbeddedGarnetOptions.Create("/data", 4242, "secret", NullLogger.Instance)), Of(Defaults()));
        var changed = ours.Where(o => defaults[o.Key] != o.Value).Select(static o => $"{o.Key} {o.Value}").Order(StringComparer.Ordinal);
        Assert.Equal(
            """
            AofMemorySize 64m
            AofPageSize 8m
            AofSizeLimit 128m
            AppendOnlyFileBaseDirectory /data/checkpoint
            AuthSettings Garnet.server.Auth.Settings.PasswordAuthenticationSettings
            CheckpointBaseDirectory /data/checkpoint
            CheckpointDir /data/checkpoint
            DeviceType RandomAccess
            EnableAOF True
            EnableLua True
            EnableStorageTier True
            EndPoints 127.0.0.1:4242
            IndexMemorySize 16m
            LogDir /data/log
            LogMemorySize 512m
            LuaOptions Garnet.server.LuaOptions
            PageSize 4m
            QuietMode True
            Recover True
            SegmentSize 64m
            StoreCheckpointBaseDirectory /data/checkpoint/Store
            logger Microsoft.Extensions.Logging.Abstractions.NullLogger
            """,
            string.Join(Environment.NewLine, changed));
    }

    // What its command line is made into is no public part of it.
    private static GarnetServerOptions Defaults()
    {
        var parse = typeof(GarnetServer).Assembly.GetType("Garnet.ServerSettingsManager", throwOnError: true)!
            .GetMethod("TryParseCommandLineArguments", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        var arguments = new object?[parse.GetParameters().Length];
        (arguments[0], arguments[5]) = (Array.Empty<string>(), true);
        Assert.Equal(true, parse.Invoke(null, arguments));
        return (GarnetServerOptions)arguments[1]!.GetType().GetMethod("GetServerOptions")!.Invoke(arguments[1], [null])!;
    }

    private static Dictionary<string, string> Of(GarnetServerOptions options)
    {
        const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;
        return options.GetType().GetFields(Public).Select(f => (f.Name, Value: f.GetValue(options)))
            .Concat(options.GetType().GetProperties(Public).Select(p => (p.Name, Value: p.GetValue(options))))
            .ToDictionary(static m => m.Name, static m => Text(m.Value), StringComparer.Ordinal);
    }

    private static string Text(object? value) => value switch
    {
        string text => text,
        IEnumerable many => string.Join(',', many.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
