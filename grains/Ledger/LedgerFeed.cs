using Microsoft.Extensions.Logging;
using OrleansLlm.Grains.Ledger.Journal;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Brings a journal's entries to a sink, in order, each until it is taken.</summary>
internal sealed class LedgerFeed(LedgerJournal journal, ILedgerSink sink, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MostBytes = 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    private readonly JournalCursor _cursor = journal.NewCursor();
    private readonly SemaphoreSlim _draining = new(1, 1);

    /// <summary>Number of the journal's first segment that is still to be read.</summary>
    public int Segment => _cursor.Segment;

    /// <summary>The sink's.</summary>
    public string Name => sink.Name;

    /// <summary>Bytes that the sink has not taken yet.</summary>
    public long Behind => _cursor.Behind;

    /// <summary>
    /// Brings over everything written so far; false where the sink did not take some of it. What is written meanwhile waits for the next time: one
    /// batch costs the books and their store little more than one entry does.
    /// </summary>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.WaitAsync(cancellationToken);
        try
        {
            for (var left = Behind; left > 0 && _cursor.Read(MostBytes) is { IsEmpty: false } lines; left -= lines.Length)
            {
                await sink.DeliverAsync(lines, cancellationToken);
                _cursor.Advance();
            }

            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LedgerLog.NotDelivered(logger, e, sink.Name, Behind);
            return false;
        }
        finally
        {
            _draining.Release();
        }
    }

    /// <summary>Goes on bringing entries over until cancelled, ever more rarely while the sink takes none.</summary>
    /// <param name="untilDone">Ends once the journal's end is reached.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(bool untilDone, CancellationToken cancellationToken)
    {
        var interval = Interval;
        while (true)
        {
            if (Behind > 0)
                interval = await DrainAsync(cancellationToken) ? Interval : TimeSpan.FromTicks(Math.Min(2 * interval.Ticks, LongestInterval.Ticks));
            if (untilDone && Behind == 0)
                return;
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    public void Dispose() => _draining.Dispose();
}
