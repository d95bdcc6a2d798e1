using OrleansLlm.Client.Telemetry;

namespace OrleansLlm.Client.Logging;

/// <summary>
/// Whether a trace, and a scope of the log, is begun for every request. ASP.NET does so wherever the log of <see cref="Category"/> is on, were it for errors
/// alone, and it takes a tenth of the processor time of a request that is passed on: only where somebody is told of them.
/// </summary>
internal static class RequestTraces
{
    /// <summary>Logs what begins and ends; what fails in between, Kestrel logs as well.</summary>
    public const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    // Whose level holds for it, the nearest first.
    private static readonly string[] s_categories = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore", "Microsoft", "Default"];

    /// <summary>The setting that turns them off; none where spans are collected, lines of the log name them, or the category's log is wanted.</summary>
    /// <param name="configuration">All of it.</param>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(IConfiguration configuration) =>
        AreTold(configuration) ? [] : [new(LevelOf(Category), nameof(LogLevel.None))];

    private static bool AreTold(IConfiguration configuration) =>
        GatewayOpenTelemetry.IsCollected
        || Enum.TryParse<LogFormat>(configuration["OrleansLlm:Log:Format"], ignoreCase: true, out var format) && format == LogFormat.Json
        || configuration[LevelOf(Category)] is not null
        || Enum.TryParse<LogLevel>(s_categories.Select(c => configuration[LevelOf(c)]).FirstOrDefault(static l => l is not null), ignoreCase: true, out var level) && level <= LogLevel.Information;

    private static string LevelOf(string category) => "Logging:LogLevel:" + category;
}
