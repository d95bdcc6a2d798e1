using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Ledgers in Redis: for each tenant an epoch (raised by every opening), a hash of marks by writer, and for each day a hash of sums, a list of its
/// latest entries and how many others are in blocks. A tenant's keys share a hash tag, so that they can stand in one transaction on a Redis cluster too.
/// </summary>
internal sealed class RedisLedgerStore(
    IConnectionMultiplexer redis, ILedgerBlocks blocks, IOptions<LedgerOptions> options, TimeProvider time, ILogger<RedisLedgerStore> logger) : ILedgerStore
{
    public async Task<ILedgerLog> OpenAsync(string tenantId, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var keys = new RedisLedgerKeys(tenantId);
        // From here on whoever opened it before is refused, so what is read below is final.
        var epoch = await database.StringIncrementAsync(keys.Epoch);
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
        return new RedisLedgerLog(database, tenantId, blocks, epoch, marks, options.Value, time, logger);
    }

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var keys = new RedisLedgerKeys(tenantId);
        var packed = (long)await database.StringGetAsync(keys.Packed(day));
        if (from < 0)
            from = Math.Max(0, packed + await database.ListLengthAsync(keys.Entries(day)) + from);
        var lines = new List<ReadOnlyMemory<byte>>();
        while (lines.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var at = from + lines.Count;
            if (at < packed)
            {
                var (number, offset) = Math.DivRem(at, LedgerBlock.Lines);
                var name = new LedgerBlockName(tenantId, day, number, (int)Math.Min(LedgerBlock.Lines, packed - number * LedgerBlock.Lines));
                if (await blocks.FindAsync(name) is not { } block)
                    break;
                lines.AddRange(LedgerBlock.Unpack(block, name.Count).Skip((int)offset).Take(count - lines.Count));
                continue;
            }

            var start = at - packed;
            var latest = await database.ListRangeAsync(keys.Entries(day), start, start + count - lines.Count - 1);
            var packedNow = (long)await database.StringGetAsync(keys.Packed(day));
            if (packedNow == packed)
            {
                lines.AddRange(latest.Select(static l => (ReadOnlyMemory<byte>)l));
                break;
            }

            // The list was packed meanwhile and begins elsewhere.
            packed = packedNow;
        }

        return lines;
    }

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
