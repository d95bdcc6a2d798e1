using Microsoft.Extensions.Logging.Console;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Hosting;

/// <summary>What the stand-alone API and the all-in-one host do alike: settings, logging, listening.</summary>
internal static class GatewayHostDefaults
{
    /// <summary>How long what is in flight may take to finish once the host is told to stop.</summary>
    public static TimeSpan DrainLimit { get; } = TimeSpan.FromSeconds(30);

    // What is read ahead of a request that waits to be let in: of five thousand the defaults' megabyte each would be five gigabytes.
    private const int ReadAheadBytes = 64 * 1024;

    public static WebApplicationBuilder CreateBuilder(ApiHostSettings settings)
    {
        // Whatever ASPNETCORE_ENVIRONMENT says: Development would show callers a page of stacks and headers.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:OrleansLlm"] = "Information",
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
            // Says once a second that there is no silo; FirstSilo does twice a minute.
            ["Logging:LogLevel:Orleans.Messaging.GatewayManager"] = "Error",
            // Says at every start that the keys of browser sessions are as safe as the store, which README says.
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager"] = "Error",
        });
        if (settings.ConfigurationFile is { } file)
        {
            if (!File.Exists(file))
                throw new ConfigurationException($"ORLEANSLLM_CONFIG names '{file}', which is not there.");
            AddFile(builder.Configuration, Path.GetFullPath(file));
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings.Overrides);
        builder.Configuration.AddInMemoryCollection(RequestTraces.Settings(builder.Configuration));
        builder.Logging.ClearProviders();
        ConfigureLogging(builder.Logging, builder.Configuration, settings);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(ListenAddresses.Split(settings.Urls));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            // The endpoint enforces its own limit, with an error in OpenAI's shape.
            k.Limits.MaxRequestBodySize = null;
            k.Limits.MaxRequestBufferSize = ReadAheadBytes;
            // The same of HTTP/2, whose streams have a bound of their own. It opens as a body is read, once a round trip.
            k.Limits.Http2.InitialStreamWindowSize = ReadAheadBytes;
        });
        // Two thread hops less a request: reading and writing go on where they are, since no endpoint blocks a thread.
        builder.WebHost.UseSockets(static s => s.UnsafePreferInlineScheduling = true);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = DrainLimit);
        return builder;
    }

    public static void ConfigureLogging(ILoggingBuilder logging, IConfiguration configuration, ApiHostSettings settings)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        if (settings.LogToConsole)
        {
            logging.AddConsole(static c =>
            {
                c.FormatterName = GatewayConsoleFormatter.FormatterName;
                // Whoever reads the output and stops to would otherwise hold up every request that has a line to write.
                c.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            }).AddConsoleFormatter<GatewayConsoleFormatter, ConsoleFormatterOptions>();
            logging.Services.AddOptions<LogOptions>().Bind(configuration.GetSection("OrleansLlm:Log"));
        }

        if (settings.ExtraLogger is { } extra)
            logging.AddProvider(extra);
    }

    private static void AddFile(ConfigurationManager configuration, string file)
    {
        try
        {
            configuration.AddJsonFile(file, optional: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be read: {e.GetBaseException().Message}");
        }
    }

    /// <summary>Until the process is told to stop; nothing is stopped yet.</summary>
    public static async Task WaitForShutdownAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var asked = cancellationToken.Register(() => told.TrySetResult());
        await using var stopping = app.Lifetime.ApplicationStopping.Register(() => told.TrySetResult());
        await told.Task;
    }
}
