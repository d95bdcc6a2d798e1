using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Ledger;

/// <summary>
/// Gathers this silo's entries and hands them to the tenants' ledger grains in batches, off the reply path: every 100 ms,
/// and once more when the silo stops. While a ledger cannot store them they are kept, up to a bound, and tried again ever more rarely.
/// </summary>
public sealed class LedgerWriter(IGrainFactory grains, GatewayTelemetry telemetry, TimeProvider time, ILogger<LedgerWriter> logger) : BackgroundService
{
    private const int MostQueued = 100_000;
    private const int MostInBatch = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<LedgerEntry> _queue = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>Takes an entry; never waits.</summary>
    public void Record(LedgerEntry entry)
    {
        telemetry.Finished(entry);
        _queue.Enqueue(entry);
    }

    /// <summary>Hands over everything recorded so far; false where some of it could not be stored.</summary>
    public async Task<bool> FlushAsync()
    {
        await _flushing.WaitAsync();
        try
        {
            var batch = new List<LedgerEntry>();
            while (_queue.TryDequeue(out var entry))
                batch.Add(entry);
            var stored = true;
            foreach (var tenant in batch.GroupBy(e => e.TenantId))
            {
                foreach (var part in tenant.Chunk(MostInBatch))
                    stored &= await AppendAsync(tenant.Key, part);
            }

            return stored;
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Writes what is left; called when the silo stops, before its grains do.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync();
    }

    public override void Dispose()
    {
        _flushing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = Interval;
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, stoppingToken);
                if (!_queue.IsEmpty)
                    interval = await FlushAsync() ? Interval : TimeSpan.FromTicks(Math.Min(2 * interval.Ticks, LongestInterval.Ticks));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> AppendAsync(string tenant, LedgerEntry[] entries)
    {
        var lines = new ArrayBufferWriter<byte>(entries.Length * 512);
        foreach (var entry in entries)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(entry, LedgerJson.Default.LedgerEntry));
            lines.Write("\n"u8);
        }

        try
        {
            await grains.GetGrain<ILedgerGrain>(tenant).AppendAsync(lines.WrittenSpan.ToArray());
            return true;
        }
        catch (Exception e)
        {
            LedgerLog.NotStored(logger, e, entries.Length, tenant);
            var lost = 0;
            foreach (var entry in entries)
            {
                if (_queue.Count < MostQueued)
                    _queue.Enqueue(entry);
                else
                    lost++;
            }

            if (lost > 0)
                LedgerLog.Lost(logger, lost);
            return false;
        }
    }
}
