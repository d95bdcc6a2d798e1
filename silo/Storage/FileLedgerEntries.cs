using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Entries beside the embedded store, in files: it is told only how many of them count. In its memory they would grow with every request, on its disk they would
/// go only by writing all others anew, and each checkpoint would be made for them.
/// </summary>
internal sealed class FileLedgerEntries(
    LedgerEntryFiles files, IConnectionMultiplexer redis, IOptions<LedgerOptions> options, TimeProvider time, ILogger<FileLedgerEntries> logger) : ILedgerEntries
{
    public async Task<ILedgerEntryLog> OpenAsync(string tenantId, RedisLedgerEpoch epoch)
    {
        var log = new FileLedgerEntryLog(files, redis.GetDatabase(), tenantId, epoch, options.Value, time, logger);
        await log.TakeListsAsync();
        return log;
    }

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken)
    {
        var ofDay = files.Of(tenantId, day);
        var lines = new List<ReadOnlyMemory<byte>>();
        for (LedgerEntryCount? before = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var counted = LedgerEntryCount.Parse(await redis.GetDatabase().StringGetAsync(new RedisLedgerKeys(tenantId).Packed(day)));
            if (from < 0)
                from = Math.Max(0, counted.Entries + from);
            if (TryRead(ofDay, counted, from, count, lines) || counted == before)
                return lines;
            // Another opening writes the block under its own name now; or it is gone.
            before = counted;
        }
    }

    private static bool TryRead(LedgerDayFiles ofDay, LedgerEntryCount counted, long from, int count, List<ReadOnlyMemory<byte>> lines)
    {
        for (var at = from + lines.Count; lines.Count < count && at < counted.Entries; at = from + lines.Count)
        {
            var (number, offset) = Math.DivRem(at, LedgerBlock.Lines);
            var inBlock = (int)Math.Min(LedgerBlock.Lines, counted.Entries - number * LedgerBlock.Lines);
            var block = ofDay.Find(number, inBlock, counted.Epoch);
            lines.AddRange(block.Skip((int)offset).Take(count - lines.Count));
            if (block.Count < inBlock)
                return false;
        }

        return true;
    }
}
