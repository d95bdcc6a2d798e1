using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Tells when the embedded store takes no writes although there is room: after a disk was full it refuses every write for good, and only another start
/// of the process mends that.
/// </summary>
internal sealed class EmbeddedStoreWatch(StoreConnection store, IConnectionMultiplexer redis, TimeProvider time, ILogger<EmbeddedStoreWatch> logger) : BackgroundService
{
    private const string Key = "orleansllm:writable";

    // Half a minute: a busy machine alone makes no store late for so long.
    private const int FailuresUntilStuck = 15;

    // The store writes its log in pages of 8 MiB.
    private const long NeededBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private volatile bool _isStuck;

    /// <summary>Whether the process should be started anew.</summary>
    public bool IsStuck => _isStuck;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store.Garnet is not { } garnet)
            return;
        var failures = 0;
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await redis.GetDatabase().StringSetAsync(Key, time.GetUtcNow().UtcTicks);
                    failures = 0;
                    _isStuck = false;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    if (++failures < FailuresUntilStuck || _isStuck || garnet.FreeBytes < NeededBytes)
                        continue;
                    _isStuck = true;
                    StorageLog.StoreStuck(logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
