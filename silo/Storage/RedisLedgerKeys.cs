using System.Globalization;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Names of a ledger's keys.</summary>
internal readonly struct RedisLedgerKeys(string tenantId)
{
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

    private static string Name(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
