namespace OrleansLlm.Client.Hosting;

/// <summary>Waits for the first silo as long as it takes, since silos may start after their APIs, and says at the beginning and twice a minute what it waits for.</summary>
internal sealed class FirstSilo(ILogger<FirstSilo> logger, TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_tellInterval = TimeSpan.FromSeconds(30);

    private long? _told;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_told is not { } told || time.GetElapsedTime(told) >= s_tellInterval)
        {
            _told = time.GetTimestamp();
            if (HostStart.StoreFailureOf(exception) is { } failure)
                ApiLog.StoreAwaited(logger, failure);
            else
                ApiLog.SiloAwaited(logger);
        }

        await Task.Delay(s_retryInterval, time, cancellationToken);
        return true;
    }
}
