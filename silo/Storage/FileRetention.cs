using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Storage;

/// <summary>Deletes files whose time is over, as a Redis does with its keys by itself.</summary>
/// <param name="entries">Of ledgers.</param>
/// <param name="options">How long an entry is kept after its day.</param>
/// <param name="shards">Of the cache.</param>
/// <param name="shardLifetime">How long a shard is kept after its last write: longer than any of its answers.</param>
/// <param name="time">Whose day and hour it is.</param>
/// <param name="logger">Is told what cannot be deleted.</param>
internal sealed class FileRetention(
    LedgerEntryFiles entries, IOptions<LedgerOptions> options, FileShardStore shards, TimeSpan shardLifetime, TimeProvider time, ILogger<FileRetention> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            do
            {
                try
                {
                    var now = time.GetUtcNow();
                    entries.DeleteBefore(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-(int)Math.Ceiling(options.Value.EntryRetention.TotalDays)));
                    shards.DeleteUnwrittenSince(now - shardLifetime);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    StorageLog.NotDeleted(logger, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
