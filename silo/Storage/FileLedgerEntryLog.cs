using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <inheritdoc cref="FileLedgerEntries"/>
/// <remarks>
/// An opening writes files of its own, named by its epoch, and begins the first of them with what counts of the block that was open. So what a fenced one still
/// writes is never read, and what was written without its transaction is written over.
/// </remarks>
internal sealed class FileLedgerEntryLog(
    LedgerEntryFiles files, IDatabase database, string tenantId, RedisLedgerEpoch epoch, LedgerOptions options, TimeProvider time, ILogger logger) : ILedgerEntryLog
{
    private readonly RedisLedgerKeys _keys = new(tenantId);
    private readonly Dictionary<DateOnly, OpenDay> _days = [];
    private DateOnly _lookedOn;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public async Task AddAsync(ITransaction transaction, DateOnly day, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        if (!_days.TryGetValue(day, out var open))
            open = _days[day] = await OpenDayAsync(day);
        for (var at = 0; at < lines.Count;)
        {
            var (number, begun) = Math.DivRem(open.Count, LedgerBlock.Lines);
            var taken = (int)Math.Min(LedgerBlock.Lines - begun, lines.Count - at);
            open.Length = open.Files.Append(number, epoch.Number, begun == 0 ? 0 : open.Length, [.. lines.Skip(at).Take(taken)]);
            open.Count += taken;
            at += taken;
        }

        _ = transaction.StringSetAsync(
            _keys.Packed(day), new LedgerEntryCount(open.Count, epoch.Number).ToString(), RedisLedgerKeys.Lifetime(day, options.EntryRetention, time));
    }

    public async Task PackAsync()
    {
        // One look at the clock: a day that ends on the way is still held open.
        var today = Today;
        try
        {
            foreach (var (day, open) in _days.ToList())
            {
                if (!open.IsAlone || open.FirstOpen < open.Count / LedgerBlock.Lines || day < today)
                    await FileSync.OnThreadOfItsOwn(() => Pack(open, whole: day < today));
                if (day < today)
                    _days.Remove(day);
            }

            if (_lookedOn == today)
                return;
            foreach (var day in files.Days().Where(d => d < today).ToList())
                await PackEarlierAsync(day);
            _lookedOn = today;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            StorageLog.BlockNotKept(logger, e, tenantId);
        }
    }

    /// <summary>Moves what an older version left in lists of the store to where entries are.</summary>
    public async Task TakeListsAsync()
    {
        foreach (var day in await _keys.DaysWithListsAsync(database, Today.AddDays(1), options.EntryRetention + TimeSpan.FromDays(1)))
        {
            var transaction = epoch.NewTransaction();
            await AddAsync(transaction, day, [.. (await database.ListRangeAsync(_keys.Entries(day))).Select(static l => (ReadOnlyMemory<byte>)l)]);
            _ = transaction.KeyDeleteAsync(_keys.Entries(day));
            if (await transaction.ExecuteAsync())
                await PackAsync();
        }
    }

    private async Task<OpenDay> OpenDayAsync(DateOnly day)
    {
        var ofDay = files.Of(tenantId, day);
        var counted = LedgerEntryCount.Parse(await database.StringGetAsync(_keys.Packed(day)));
        var (number, begun) = Math.DivRem(counted.Entries, LedgerBlock.Lines);
        // What a power cut took of a block that was not packed ends the day there.
        if (await FileSync.OnThreadOfItsOwn(() => PackFull(ofDay, number, counted.Epoch)) is { } torn)
            (number, begun) = (torn, LedgerBlock.Lines);
        if (begun == 0)
            return new OpenDay(ofDay, number, counted.Entries, 0);
        var lines = ofDay.FindReadable(number, (int)begun, counted.Epoch);
        var count = number * LedgerBlock.Lines + lines.Count;
        if (count < counted.Entries)
            StorageLog.EntriesMissing(logger, counted.Entries - count, tenantId);
        return new OpenDay(ofDay, number, count, ofDay.Append(number, epoch.Number, 0, lines));
    }

    // The first block before that which is not all there.
    private static long? PackFull(LedgerDayFiles ofDay, long before, long epoch)
    {
        foreach (var full in ofDay.OpenBy(epoch).Where(n => n < before))
        {
            if (!ofDay.Pack(full, LedgerBlock.Lines, epoch))
                return full;
        }

        return null;
    }

    private void Pack(OpenDay open, bool whole)
    {
        if (!open.IsAlone)
            open.Files.DeleteOthers(open.FirstOpen, epoch.Number);
        open.IsAlone = true;
        var (number, begun) = Math.DivRem(open.Count, LedgerBlock.Lines);
        for (; open.FirstOpen < number; open.FirstOpen++)
            open.Files.Pack(open.FirstOpen, LedgerBlock.Lines, epoch.Number);
        if (whole && begun > 0)
            open.Files.Pack(number, (int)begun, epoch.Number);
    }

    // A day that is over and to which nobody adds any more keeps its name for who wrote it; its last block needs no open file.
    private async Task PackEarlierAsync(DateOnly day)
    {
        var ofDay = files.Of(tenantId, day);
        if (!ofDay.AnyOpen)
            return;
        var counted = LedgerEntryCount.Parse(await database.StringGetAsync(_keys.Packed(day)));
        foreach (var number in ofDay.OpenBy(counted.Epoch))
        {
            var count = (int)Math.Min(LedgerBlock.Lines, counted.Entries - number * LedgerBlock.Lines);
            if (count > 0)
                await FileSync.OnThreadOfItsOwn(() => ofDay.Pack(number, count, counted.Epoch));
        }
    }

    private sealed class OpenDay(LedgerDayFiles files, long firstOpen, long count, long length)
    {
        public LedgerDayFiles Files => files;

        /// <summary>The first block that is not packed.</summary>
        public long FirstOpen { get; set; } = firstOpen;

        /// <summary>Entries written, with those that count already.</summary>
        public long Count { get; set; } = count;

        /// <summary>Bytes of the last block.</summary>
        public long Length { get; set; } = length;

        /// <summary>Whether what other openings left was deleted.</summary>
        public bool IsAlone { get; set; }
    }
}
