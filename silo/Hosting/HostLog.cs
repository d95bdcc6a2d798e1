namespace OrleansLlm.Silo.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(420, LogLevel.Warning, "The silo could not leave its cluster in time and is left behind; the others will find it gone")]
    public static partial void LeftBehind(ILogger logger);

    [LoggerMessage(421, LogLevel.Error, "The acceptance policy is not loaded and nothing is matched by meaning: {Problem}")]
    public static partial void AcceptanceNotLoaded(ILogger logger, string problem);

    [LoggerMessage(422, LogLevel.Error, "What tells costly questions is not loaded and nothing is routed down by its score: {Problem}")]
    public static partial void StakesNotLoaded(ILogger logger, string problem);
}
