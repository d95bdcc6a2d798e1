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
/// and once more when the silo stops. While a ledger cannot store them they are kept, up to a bound.
/// </summary>
public sealed class LedgerWriter(IGrainFactory grains, GatewayTelemetry telemetry, TimeProvider time, ILogger<LedgerWriter> logger) : BackgroundService
{
    private const int MostQueued = 100_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<LedgerEntry> _queue = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>Takes an entry; never waits.</summary>
    public void Record(LedgerEntry entry)
    {
        telemetry.Finished(entry);
        _queue.Enqueue(entry);
    }

    /// <summary>Hands over everything recorded so far.</summary>
    public async Task FlushAsync()
    {
        await _flushing.WaitAsync();
        try
        {
            var batch = new List<LedgerEntry>();
            while (_queue.TryDequeue(out var entry))
                batch.Add(entry);
            foreach (var tenant in batch.GroupBy(e => e.TenantId))
                await AppendAsync(tenant.Key, [.. tenant]);
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
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!_queue.IsEmpty)
                    await FlushAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task AppendAsync(string tenant, LedgerEntry[] entries)
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
        }
    }
}
