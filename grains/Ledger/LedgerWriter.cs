using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger.Journal;

namespace OrleansLlm.Grains.Ledger;

/// <summary>
/// Writes this silo's entries to its journal before their replies are given, and brings them from there to the sinks, off the reply path.
/// What a killed silo left behind is brought over by whoever next starts, or runs, on the same folder.
/// </summary>
public sealed class LedgerWriter : BackgroundService
{
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(100);

    private readonly LedgerJournal _journal;
    private readonly IReadOnlyList<ILedgerSink> _sinks;
    private readonly IReadOnlyList<LedgerFeed> _feeds;
    private readonly string? _root;
    private readonly GatewayTelemetry _telemetry;
    private readonly FinishedRequests _finished;
    private readonly TimeProvider _time;
    private readonly ILogger<LedgerWriter> _logger;

    public LedgerWriter(IEnumerable<ILedgerSink> sinks, IOptions<LedgerOptions> options, GatewayTelemetry telemetry, TimeProvider time, ILogger<LedgerWriter> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(telemetry);
        (_root, _telemetry, _time, _logger) = (options.Value.JournalDirectory, telemetry, time, logger);
        _journal = LedgerJournal.Create(_root, Guid.CreateVersion7().ToString("N"), time, logger, options.Value.JournalBytes ?? long.MaxValue);
        _sinks = [.. sinks];
        _feeds = [.. _sinks.Select(s => new LedgerFeed(_journal, s, time, logger))];
        _finished = new FinishedRequests(telemetry);
        telemetry.ObserveLedger(() =>
        {
            // Whoever reads the meters reads those of all that was answered until then.
            _finished.Count();
            return _feeds.Select(static f => KeyValuePair.Create(f.Name, f.Behind));
        });
    }

    /// <summary>For benches: no entry is written while it is true, so that its cost can be told.</summary>
    internal bool IsOff { get; set; }

    /// <summary>Whether entries are kept in memory only, because the disk takes none.</summary>
    public bool IsInMemory => _journal.IsInMemory;

    /// <summary>Takes the entries of one request, together. When this returns they outlive the process; a caller may have its answer.</summary>
    public void Record(params ReadOnlySpan<LedgerEntry> entries)
    {
        if (!IsOff)
            _telemetry.Ledgered(entries.Length, lost: !_journal.Append(entries));
        foreach (var entry in entries)
            _finished.Add(entry);
    }

    /// <summary>Brings over everything recorded so far; false where some of it was not taken.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        var done = await Task.WhenAll(_feeds.Select(f => f.DrainAsync(cancellationToken)));
        return Array.TrueForAll(done, static d => d);
    }

    /// <summary>Brings over what is left; called when the silo stops, before its grains do.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _finished.Count();
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It stands in the journal.
        }
    }

    public override void Dispose()
    {
        foreach (var feed in _feeds)
            feed.Dispose();
        _journal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll([.. _feeds.Select(f => f.RunAsync(untilDone: false, stoppingToken)), CountAsync(stoppingToken), TrimAsync(stoppingToken), RecoverAsync(stoppingToken)]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task CountAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CountInterval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            _finished.Count();
    }

    private async Task TrimAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TrimInterval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            _journal.Rotate();
            _journal.Trim(_feeds.Min(static f => f.Segment));
        }
    }

    private async Task RecoverAsync(CancellationToken stoppingToken)
    {
        if (_root is null)
            return;
        var running = new List<Task>();
        try
        {
            while (true)
            {
                foreach (var journal in LedgerJournal.Abandoned(_root, _time, _logger))
                    running.Add(RecoverAsync(journal, stoppingToken));
                running.RemoveAll(static t => t.IsCompletedSuccessfully);
                await Task.Delay(RecoveryInterval, _time, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RecoverAsync(LedgerJournal journal, CancellationToken stoppingToken)
    {
        try
        {
            var feeds = _sinks.Select(s => new LedgerFeed(journal, s, _time, _logger)).ToList();
            var bytes = feeds.Max(static f => f.Behind);
            await Task.WhenAll(feeds.Select(f => f.RunAsync(untilDone: true, stoppingToken)));
            feeds.ForEach(static f => f.Dispose());
            if (bytes > 0)
            {
                LedgerLog.Recovered(_logger, bytes);
                await Task.Delay(LedgerJournal.KeptAfterDelivery, _time, stoppingToken);
            }

            journal.Delete();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start goes on with it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Delivered or not, it is found again in a minute; what was counted is not counted twice.
            LedgerLog.NotRecovered(_logger, e);
        }
        finally
        {
            journal.Dispose();
        }
    }
}
