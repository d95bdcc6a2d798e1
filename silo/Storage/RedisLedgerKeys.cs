using System.Globalization;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Names of a ledger's keys.</summary>
internal readonly struct RedisLedgerKeys(string tenantId)
{
    private readonly string _prefix = "orleansllm:{ledger:" + tenantId + "}:";

    public RedisKey Epoch => _prefix + "epoch";

    public RedisKey Marks => _prefix + "marks";

    /// <summary>The list of a day's latest entries, which no block has yet.</summary>
    public RedisKey Entries(DateOnly day) => _prefix + "entries:" + Name(day);

    /// <summary>How many blocks of a day count.</summary>
    public RedisKey Blocks(DateOnly day) => _prefix + "blocks:" + Name(day);

    public RedisKey Block(DateOnly day, long number) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}block:{Name(day)}:{number}");

    public RedisKey Cells(DateOnly day) => _prefix + "sums:" + Name(day);

    private static string Name(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
