using System.Globalization;
using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>One opening of a ledger: every write is a transaction on the condition that no later one has been made.</summary>
internal sealed class RedisLedgerLog(
    IDatabase database, string tenantId, ILedgerBlocks blocks, long epoch, IReadOnlyDictionary<string, long> marks, LedgerOptions options, TimeProvider time, ILogger logger)
    : ILedgerLog
{
    // An append brings few entries as a rule; a day's list that an older version left may be long.
    private const int MostBlocksAtOnce = 8;

    // Where entries are kept for longer, what an older version left of days before is not looked for.
    private const int MostDays = 62;

    private readonly RedisLedgerKeys _keys = new(tenantId);
    private readonly SortedSet<DateOnly> _earlier = [];
    private DateOnly _lookedOn;

    public IReadOnlyDictionary<string, long> Marks => marks;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public async Task<bool> AppendAsync(LedgerBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = NewTransaction();
        var lengths = new List<(DateOnly Day, Task<long> Length)>();
        foreach (var (day, lines) in batch.Lines)
        {
            lengths.Add((day, transaction.ListRightPushAsync(_keys.Entries(day), [.. lines.Select(static l => (RedisValue)l)])));
            _ = transaction.KeyExpireAsync(_keys.Entries(day), options.EntryRetention + TimeSpan.FromDays(1));
        }

        foreach (var cells in batch.Cells.GroupBy(static c => DateOnly.FromDateTime(c.Hour.UtcDateTime)))
        {
            _ = transaction.HashSetAsync(_keys.Cells(cells.Key), [.. cells.Select(static c => new HashEntry(Field(c), JsonSerializer.SerializeToUtf8Bytes(c, LedgerJson.Default.LedgerCell)))]);
            _ = transaction.KeyExpireAsync(_keys.Cells(cells.Key), options.TotalsRetention + TimeSpan.FromDays(1));
        }

        _ = transaction.HashSetAsync(_keys.Marks, [.. batch.Marks.Select(m => new HashEntry(m.Key, new RedisLedgerMark(m.Value, Today.DayNumber).ToString()))]);
        if (!await transaction.ExecuteAsync())
            return false;
        if (_lookedOn != Today)
            await FindEarlierAsync();
        foreach (var day in _earlier.ToList())
        {
            if (await PackAsync(day, whole: true))
                _earlier.Remove(day);
        }

        foreach (var (day, length) in lengths)
        {
            if (await length >= LedgerBlock.Lines)
                await PackAsync(day, whole: false);
        }

        return true;
    }

    // Once a day: entries of days that are over need no list any more.
    private async Task FindEarlierAsync()
    {
        _lookedOn = Today;
        var days = Enumerable.Range(1, Math.Min(MostDays, (int)options.EntryRetention.TotalDays + 1)).Select(d => _lookedOn.AddDays(-d)).ToList();
        var lengths = await Task.WhenAll(days.Select(d => database.ListLengthAsync(_keys.Entries(d))));
        _earlier.UnionWith(days.Where((_, i) => lengths[i] > 0));
    }

    // Only what is stored goes into a block, and in its order, so that a block of one name has the same bytes whoever writes it how often.
    // False where there was more than is packed at once.
    private async Task<bool> PackAsync(DateOnly day, bool whole)
    {
        for (var packings = 0; packings < MostBlocksAtOnce; packings++)
        {
            var read = NewTransaction();
            var (counting, reading) = (read.StringGetAsync(_keys.Packed(day)), read.ListRangeAsync(_keys.Entries(day), 0, LedgerBlock.Lines - 1));
            if (!await read.ExecuteAsync())
                return true;
            var (number, begun) = Math.DivRem((long)await counting, LedgerBlock.Lines);
            var lines = (await reading).Take(LedgerBlock.Lines - (int)begun).Select(static l => (ReadOnlyMemory<byte>)l).ToList();
            var name = new LedgerBlockName(tenantId, day, number, (int)begun + lines.Count);
            if (lines.Count == 0 || (!whole && name.Count < LedgerBlock.Lines))
                return true;
            var transaction = NewTransaction();
            try
            {
                IEnumerable<ReadOnlyMemory<byte>> all = lines;
                if (begun > 0)
                {
                    var first = name with { Count = (int)begun };
                    if (await blocks.FindAsync(first) is not { } block)
                        return true;
                    all = [.. LedgerBlock.Unpack(block, first.Count), .. lines];
                }

                await blocks.AddAsync(transaction, name, await Task.Run(() => LedgerBlock.Pack(all)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageLog.BlockNotKept(logger, e, tenantId);
                return false;
            }

            _ = transaction.ListTrimAsync(_keys.Entries(day), lines.Count, -1);
            _ = transaction.StringSetAsync(_keys.Packed(day), number * LedgerBlock.Lines + name.Count, RedisLedgerKeys.Lifetime(day, options.EntryRetention, time));
            if (!await transaction.ExecuteAsync())
                return true;
        }

        return false;
    }

    private ITransaction NewTransaction()
    {
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(_keys.Epoch, epoch));
        return transaction;
    }

    // Callers choose names; lengths before them keep two cells from ever sharing a field.
    private static string Field(LedgerCell cell) => string.Create(
        CultureInfo.InvariantCulture, $"{cell.Hour.Hour} {cell.ProjectId?.Length ?? -1} {cell.RequestedModel.Length} {cell.ProjectId}{cell.RequestedModel}{cell.UsedModel}");
}
