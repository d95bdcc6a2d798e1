using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Console;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Logging;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Hosting;

/// <summary>What the stand-alone API and the all-in-one host do alike: settings, logging, listening.</summary>
internal static class GatewayHostDefaults
{
    /// <summary>How long what is in flight may take to finish once the host is told to stop.</summary>
    public static TimeSpan DrainLimit { get; } = TimeSpan.FromSeconds(30);

    public static WebApplicationBuilder CreateBuilder(ApiHostSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:OrleansLlm"] = "Information",
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
            // Says at every start that the keys of browser sessions are as safe as the store, which README says.
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager"] = "Error",
        });
        if (settings.ConfigurationFile is { } file)
        {
            if (!File.Exists(file))
                throw new ConfigurationException($"ORLEANSLLM_CONFIG names '{file}', which is not there.");
            builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings.Overrides);
        builder.Logging.ClearProviders();
        ConfigureLogging(builder.Logging, builder.Configuration, settings);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(Split(settings.Urls));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            // The endpoint enforces its own limit, with an error in OpenAI's shape.
            k.Limits.MaxRequestBodySize = null;
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
            logging.AddConsole(static c => c.FormatterName = GatewayConsoleFormatter.FormatterName).AddConsoleFormatter<GatewayConsoleFormatter, ConsoleFormatterOptions>();
            logging.Services.AddOptions<LogOptions>().Bind(configuration.GetSection("OrleansLlm:Log"));
        }

        if (settings.ExtraLogger is { } extra)
            logging.AddProvider(extra);
    }

    /// <summary>Without keys anybody who reaches the port spends the owner's money.</summary>
    public static void CheckExposure(string urls, TenantDirectory tenants, ICollection<string> problems)
    {
        if (tenants.RequiresKey)
            return;
        foreach (var url in Split(urls))
        {
            var host = BindingAddress.Parse(url).Host;
            if (host != "localhost" && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
                problems.Add($"{url} is reachable from other machines, and no key is configured: set OrleansLlm:Tenants:NAME:KeyVariable (or KeyHashes, KeyFile), or listen on 127.0.0.1.");
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

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
