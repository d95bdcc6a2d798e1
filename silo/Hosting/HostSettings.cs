using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Hosting;

/// <summary>What a start is told from outside the configuration.</summary>
internal sealed record HostSettings
{
    /// <summary>Addresses to listen on, separated by semicolons. <c>ORLEANSLLM_URLS</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Where the embedded store keeps its files. <c>ORLEANSLLM_DATA</c>.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>A JSON file with settings. <c>ORLEANSLLM_CONFIG</c>; by default <c>orleansllm.json</c> in the current folder, if it is there.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Settings that go before all others; for <c>replay</c>, benches and tests.</summary>
    public IReadOnlyDictionary<string, string?> Overrides { get; init; } = new Dictionary<string, string?>();

    /// <summary>Wraps the configured providers; <c>replay</c> puts recorded answers in front of them.</summary>
    public Func<IServiceProvider, IUpstreamCatalog, IUpstreamCatalog>? WrapUpstreams { get; init; }

    /// <summary>Receives the log beside the console; for tests.</summary>
    public ILoggerProvider? ExtraLogger { get; init; }

    /// <summary>Whether to log to the console.</summary>
    public bool LogToConsole { get; init; } = true;

    /// <summary>Settings from the environment.</summary>
    public static HostSettings FromEnvironment()
    {
        var settings = new HostSettings();
        return settings with
        {
            Urls = NonEmpty("ORLEANSLLM_URLS") ?? settings.Urls,
            DataDirectory = NonEmpty("ORLEANSLLM_DATA") ?? settings.DataDirectory,
            ConfigurationFile = NonEmpty("ORLEANSLLM_CONFIG") ?? (File.Exists("orleansllm.json") ? Path.GetFullPath("orleansllm.json") : null),
        };
    }

    private static string? NonEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
