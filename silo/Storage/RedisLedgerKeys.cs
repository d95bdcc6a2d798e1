using System.Globalization;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Names of a ledger's keys.</summary>
internal readonly struct RedisLedgerKeys(string tenantId)
{
    // Where entries are kept for longer, what an older version left of days before is not looked for.
    private const int MostDays = 62;

    private readonly string _prefix = "orleansllm:{ledger:" + tenantId + "}:";

    public RedisKey Epoch => _prefix + "epoch";

    public RedisKey Marks => _prefix + "marks";

    /// <summary>The list of a day's latest entries, which no block has yet; none where entries are in files.</summary>
    public RedisKey Entries(DateOnly day) => _prefix + "entries:" + Name(day);

    /// <summary>How many of a day's entries are in blocks, the list beginning with the next; or in files (<see cref="LedgerEntryCount"/>).</summary>
    public RedisKey Packed(DateOnly day) => _prefix + "packed:" + Name(day);

    public RedisKey Block(DateOnly day, long number, int count) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}block:{Name(day)}:{number}:{count}");

    public RedisKey Cells(DateOnly day) => _prefix + "sums:" + Name(day);

    /// <summary>How long what is packed of a day is kept from now on; a day at least, so that nothing is gone while it is written.</summary>
    public static TimeSpan Lifetime(DateOnly day, TimeSpan retention, TimeProvider time)
    {
        var left = new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + retention - time.GetUtcNow();
        return left > TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1);
    }

    /// <summary>Those of the days before <paramref name="end"/> whose entries may still be kept that have some in a list.</summary>
    public async Task<IEnumerable<DateOnly>> DaysWithListsAsync(IDatabase database, DateOnly end, TimeSpan retention)
    {
        var keys = this;
        var days = Enumerable.Range(1, Math.Min(MostDays, (int)retention.TotalDays + 1)).Select(d => end.AddDays(-d)).ToList();
        var lengths = await Task.WhenAll(days.Select(d => database.ListLengthAsync(keys.Entries(d))));
        return days.Where((_, i) => lengths[i] > 0);
    }

    private static string Name(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
