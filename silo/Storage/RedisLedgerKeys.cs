using System.Globalization;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Names of a ledger's keys.</summary>
internal readonly struct RedisLedgerKeys(string tenantId)
{
    private readonly string _prefix = "orleansllm:{ledger:" + tenantId + "}:";

    public RedisKey Epoch => _prefix + "epoch";

    public RedisKey Marks => _prefix + "marks";

    public RedisKey Entries(DateOnly day) => _prefix + "entries:" + Name(day);

    public RedisKey Cells(DateOnly day) => _prefix + "sums:" + Name(day);

    private static string Name(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
