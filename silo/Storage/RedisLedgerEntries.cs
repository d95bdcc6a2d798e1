using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>Entries in a Redis: for each day a list of the latest, and how many others are in blocks, each of which is a value.</summary>
internal sealed class RedisLedgerEntries(IConnectionMultiplexer redis, IOptions<LedgerOptions> options, TimeProvider time) : ILedgerEntries
{
    public Task<ILedgerEntryLog> OpenAsync(string tenantId, RedisLedgerEpoch epoch) =>
        Task.FromResult<ILedgerEntryLog>(new RedisLedgerEntryLog(redis.GetDatabase(), tenantId, epoch, options.Value, time));

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
                var inBlock = (int)Math.Min(LedgerBlock.Lines, packed - number * LedgerBlock.Lines);
                if ((byte[]?)await database.StringGetAsync(keys.Block(day, number, inBlock)) is not { } block)
                    break;
                lines.AddRange(LedgerBlock.Unpack(block, inBlock).Skip((int)offset).Take(count - lines.Count));
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
}
