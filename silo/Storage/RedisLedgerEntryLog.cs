using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <inheritdoc cref="RedisLedgerEntries"/>
internal sealed class RedisLedgerEntryLog(IDatabase database, string tenantId, RedisLedgerEpoch epoch, LedgerOptions options, TimeProvider time) : ILedgerEntryLog
{
    // An append brings few entries as a rule; a day's list that an older version left may be long.
    private const int MostBlocksAtOnce = 8;

    private readonly RedisLedgerKeys _keys = new(tenantId);
    private readonly SortedSet<DateOnly> _earlier = [];
    private readonly List<(DateOnly Day, Task<long> Length)> _added = [];
    private DateOnly _lookedOn;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public Task AddAsync(ITransaction transaction, DateOnly day, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        _added.Add((day, transaction.ListRightPushAsync(_keys.Entries(day), [.. lines.Select(static l => (RedisValue)l)])));
        _ = transaction.KeyExpireAsync(_keys.Entries(day), options.EntryRetention + TimeSpan.FromDays(1));
        return Task.CompletedTask;
    }

    public async Task PackAsync()
    {
        // Once a day: entries of days that are over need no list any more.
        if (_lookedOn != Today)
        {
            _lookedOn = Today;
            _earlier.UnionWith(await _keys.DaysWithListsAsync(database, _lookedOn, options.EntryRetention));
        }

        foreach (var day in _earlier.ToList())
        {
            if (await PackAsync(day, whole: true))
                _earlier.Remove(day);
        }

        foreach (var (day, length) in _added)
        {
            if (await length >= LedgerBlock.Lines)
                await PackAsync(day, whole: false);
        }

        _added.Clear();
    }

    // Only what is stored goes into a block, and in its order, so that a block of one name has the same bytes whoever writes it how often.
    // False where there was more than is packed at once.
    private async Task<bool> PackAsync(DateOnly day, bool whole)
    {
        for (var packings = 0; packings < MostBlocksAtOnce; packings++)
        {
            var read = epoch.NewTransaction();
            var (counting, reading) = (read.StringGetAsync(_keys.Packed(day)), read.ListRangeAsync(_keys.Entries(day), 0, LedgerBlock.Lines - 1));
            if (!await read.ExecuteAsync())
                return true;
            var (number, begun) = Math.DivRem((long)await counting, LedgerBlock.Lines);
            var lines = (await reading).Take(LedgerBlock.Lines - (int)begun).Select(static l => (ReadOnlyMemory<byte>)l).ToList();
            var count = (int)begun + lines.Count;
            if (lines.Count == 0 || (!whole && count < LedgerBlock.Lines))
                return true;
            IEnumerable<ReadOnlyMemory<byte>> all = lines;
            if (begun > 0)
            {
                if ((byte[]?)await database.StringGetAsync(_keys.Block(day, number, (int)begun)) is not { } first)
                    return true;
                all = [.. LedgerBlock.Unpack(first, (int)begun), .. lines];
            }

            var block = await Task.Run(() => LedgerBlock.Pack(all));
            var lifetime = RedisLedgerKeys.Lifetime(day, options.EntryRetention, time);
            var transaction = epoch.NewTransaction();
            _ = transaction.StringSetAsync(_keys.Block(day, number, count), block, lifetime);
            _ = transaction.ListTrimAsync(_keys.Entries(day), lines.Count, -1);
            _ = transaction.StringSetAsync(_keys.Packed(day), number * LedgerBlock.Lines + count, lifetime);
            if (!await transaction.ExecuteAsync())
                return true;
        }

        return false;
    }
}
