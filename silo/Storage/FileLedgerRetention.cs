using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Storage;

/// <summary>Deletes entries whose time is over, as a Redis does by itself.</summary>
internal sealed class FileLedgerRetention(LedgerEntryFiles files, IOptions<LedgerOptions> options, TimeProvider time, ILogger<FileLedgerRetention> logger) : BackgroundService
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
                    var now = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
                    files.DeleteBefore(now.AddDays(-(int)Math.Ceiling(options.Value.EntryRetention.TotalDays)));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    StorageLog.EntriesNotDeleted(logger, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
