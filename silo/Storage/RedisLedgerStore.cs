using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Ledgers in Redis: for each tenant an epoch (raised by every opening), a hash of marks by writer, and for each day a hash of sums and what
/// <see cref="ILedgerEntries"/> keeps. A tenant's keys share a hash tag, so that they can stand in one transaction on a Redis cluster too.
/// </summary>
internal sealed class RedisLedgerStore(IConnectionMultiplexer redis, ILedgerEntries entries, IOptions<LedgerOptions> options, TimeProvider time) : ILedgerStore
{
    public async Task<ILedgerLog> OpenAsync(string tenantId, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var keys = new RedisLedgerKeys(tenantId);
        // From here on whoever opened it before is refused, so what is read below is final.
        var epoch = new RedisLedgerEpoch(database, keys.Epoch, await database.StringIncrementAsync(keys.Epoch));
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // What is older is not taken any more, so that nobody asks for its mark.
        var oldest = today.DayNumber - (int)options.Value.TotalsRetention.TotalDays - 2;
        var marks = new Dictionary<string, long>(StringComparer.Ordinal);
        var old = new List<RedisValue>();
        foreach (var mark in await database.HashGetAllAsync(keys.Marks))
        {
            var value = RedisLedgerMark.Parse(mark.Value!);
            if (value.Day < oldest)
                old.Add(mark.Name);
            else
                marks[mark.Name!] = value.Sequence;
        }

        if (old.Count > 0)
            await database.HashDeleteAsync(keys.Marks, [.. old]);
        return new RedisLedgerLog(tenantId, epoch, await entries.OpenAsync(tenantId, epoch), marks, options.Value, time);
    }

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken) =>
        entries.ReadAsync(tenantId, day, from, count, cancellationToken);

    public async Task<IReadOnlyList<LedgerCell>> ReadCellsAsync(string tenantId, DateOnly day, CancellationToken cancellationToken)
    {
        var values = await redis.GetDatabase().HashValuesAsync(new RedisLedgerKeys(tenantId).Cells(day));
        return [.. values.Select(static v => JsonSerializer.Deserialize((byte[])v!, LedgerJson.Default.LedgerCell)!)];
    }
}

/// <summary>How far a writer's entries are stored, and when the last of them was.</summary>
/// <param name="Sequence">Of its last entry.</param>
/// <param name="Day">See <see cref="DateOnly.DayNumber"/>.</param>
internal readonly record struct RedisLedgerMark(long Sequence, int Day)
{
    public static RedisLedgerMark Parse(string value)
    {
        var at = value.IndexOf(' ', StringComparison.Ordinal);
        return new(long.Parse(value.AsSpan(0, at), CultureInfo.InvariantCulture), int.Parse(value.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence} {Day}");
}
