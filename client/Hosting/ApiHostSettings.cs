namespace OrleansLlm.Client.Hosting;

/// <summary>What a start is told from outside the configuration.</summary>
internal record ApiHostSettings
{
    /// <summary>Addresses to listen on, separated by semicolons. <c>ORLEANSLLM_URLS</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>A JSON file with settings. <c>ORLEANSLLM_CONFIG</c>; by default <c>orleansllm.json</c> in the current folder, if it is there.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Settings that go before all others; for <c>replay</c>, benches and tests.</summary>
    public IReadOnlyDictionary<string, string?> Overrides { get; init; } = new Dictionary<string, string?>();

    /// <summary>Receives the log beside the console; for tests.</summary>
    public ILoggerProvider? ExtraLogger { get; init; }

    /// <summary>Whether to log to the console.</summary>
    public bool LogToConsole { get; init; } = true;

    /// <summary>The same with what the environment says.</summary>
    public ApiHostSettings WithEnvironment() => this with
    {
        Urls = FromEnvironment("ORLEANSLLM_URLS") ?? Urls,
        ConfigurationFile = FromEnvironment("ORLEANSLLM_CONFIG") ?? (File.Exists("orleansllm.json") ? Path.GetFullPath("orleansllm.json") : null),
    };

    /// <summary>The variable's value; null where it is absent or empty.</summary>
    protected static string? FromEnvironment(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
