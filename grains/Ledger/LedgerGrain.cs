using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <inheritdoc cref="ILedgerGrain"/>
/// <remarks>
/// Entries, sums and marks are stored in one transaction that holds only for the latest opening, so they agree whatever crashes when. Whether a
/// call that failed was stored is not known; the books are then opened anew, and the marks there tell.
/// </remarks>
internal sealed class LedgerGrain(ILedgerStore store, IOptions<LedgerOptions> options, TimeProvider time, ILogger<LedgerGrain> logger) : Grain, ILedgerGrain
{
    // Those that are written to, and yesterday's late ones. What is only read is added up and let go: a month of many tenants would fill a silo.
    private const int MostDays = 3;
    private const int MostEntries = 1000;
    // Appends wait for a view of many days: with a slow store one day after the other would take its time a month's days over.
    private const int MostDaysAtOnce = 8;

    private Task<Opening>? _opening;

    private string Tenant => this.GetPrimaryKeyString();

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public async Task AppendAsync(byte[] entries)
    {
        var opening = OpenAsync();
        try
        {
            var (log, book) = await opening;
            if (await ReadNewAsync(book, entries) is not { Count: > 0 } fresh)
                return;
            var missing = book.Missing;
            var batch = book.Add(fresh);
            if (!await log.AppendAsync(batch, CancellationToken.None))
            {
                LedgerLog.Fenced(logger, Tenant);
                throw new InvalidOperationException("Another activation keeps this ledger.");
            }

            if (book.Missing > missing)
                LedgerLog.Missing(logger, book.Missing - missing, Tenant);
            book.Unload(MostDays);
        }
        catch (Exception)
        {
            if (_opening == opening)
                _opening = null;
            throw;
        }
    }

    public async Task<byte[]> TotalsAsync(DateOnly from, DateOnly to)
    {
        var oldest = Today.AddDays(-(int)options.Value.TotalsRetention.TotalDays - 1);
        var (_, book) = await OpenAsync();
        var totals = new LedgerTotals();
        var latest = book.Days.Count > 0 ? book.Days.Max() : Today;
        var last = to < Today ? to : latest > Today ? latest : Today;
        var unloaded = new List<DateOnly>();
        for (var day = from > oldest ? from : oldest; day <= last; day = day.AddDays(1))
        {
            if (book.Days.Contains(day))
                totals.Merge(book.Totals(day));
            else
                unloaded.Add(day);
        }

        foreach (var days in unloaded.Chunk(MostDaysAtOnce))
        {
            foreach (var cell in (await Task.WhenAll(days.Select(day => store.ReadCellsAsync(Tenant, day, CancellationToken.None)))).SelectMany(static cells => cells))
                totals.Add(cell);
        }

        return totals.ToUtf8Json();
    }

    public async Task<byte[]> ReadAsync(DateOnly day, long from, int count)
    {
        // Where an older version kept entries elsewhere, opening moves them to where they are read.
        await OpenAsync();
        return LedgerLine.Join(await store.ReadAsync(Tenant, day, from, Math.Clamp(count, 1, MostEntries), CancellationToken.None));
    }

    private async Task<List<(LedgerEntry, ReadOnlyMemory<byte>)>> ReadNewAsync(LedgerBook book, byte[] entries)
    {
        var oldest = time.GetUtcNow() - options.Value.TotalsRetention;
        var fresh = new List<(LedgerEntry, ReadOnlyMemory<byte>)>();
        var marks = new Dictionary<string, long>(StringComparer.Ordinal);
        var unreadable = 0;
        foreach (var line in LedgerLine.Split(entries))
        {
            if (LedgerLine.Read(line.Span) is not { } entry)
            {
                unreadable++;
                continue;
            }

            if (!book.IsNew(entry) || entry.Sequence <= marks.GetValueOrDefault(entry.Writer) || entry.At < oldest)
                continue;
            marks[entry.Writer] = entry.Sequence;
            var day = LedgerBook.DayOf(entry);
            if (!book.Days.Contains(day))
                book.Load(day, await store.ReadCellsAsync(Tenant, day, CancellationToken.None));
            fresh.Add((entry, line));
        }

        if (unreadable > 0)
            LedgerLog.Unreadable(logger, unreadable, Tenant);
        return fresh;
    }

    // One for all who wait: reads come between an append's steps, and what counts of a second opening is what the first had not stored yet.
    private Task<Opening> OpenAsync()
    {
        if (_opening is null or { IsFaulted: true } or { IsCanceled: true })
            _opening = OpenAnewAsync();
        return _opening;
    }

    private async Task<Opening> OpenAnewAsync()
    {
        var log = await store.OpenAsync(Tenant, CancellationToken.None);
        return new Opening(log, new LedgerBook(log.Marks));
    }

    /// <summary>A log, and the book that agrees with it: entries of the one are never stored through another.</summary>
    private sealed record Opening(ILedgerLog Log, LedgerBook Book);
}
