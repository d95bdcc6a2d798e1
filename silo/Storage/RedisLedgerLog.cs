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

    private readonly RedisLedgerKeys _keys = new(tenantId);

    public IReadOnlyDictionary<string, long> Marks => marks;

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

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;
        _ = transaction.HashSetAsync(_keys.Marks, [.. batch.Marks.Select(m => new HashEntry(m.Key, new RedisLedgerMark(m.Value, today).ToString()))]);
        if (!await transaction.ExecuteAsync())
            return false;
        foreach (var (day, length) in lengths)
        {
            if (await length >= LedgerBlock.Lines)
                await PackAsync(day);
        }

        return true;
    }

    // Only what is stored goes into a block, and in its order, so that a block's bytes are the same whoever writes it how often.
    private async Task PackAsync(DateOnly day)
    {
        for (var packed = 0; packed < MostBlocksAtOnce; packed++)
        {
            var read = NewTransaction();
            var (reading, counting) = (read.ListRangeAsync(_keys.Entries(day), 0, LedgerBlock.Lines - 1), read.StringGetAsync(_keys.Blocks(day)));
            if (!await read.ExecuteAsync() || await reading is not { Length: LedgerBlock.Lines } lines)
                return;
            var number = (long)await counting;
            var block = await Task.Run(() => LedgerBlock.Pack(lines.Select(static l => (ReadOnlyMemory<byte>)l)));
            var transaction = NewTransaction();
            try
            {
                await blocks.AddAsync(transaction, tenantId, day, number, block);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageLog.BlockNotKept(logger, e, tenantId);
                return;
            }

            _ = transaction.ListTrimAsync(_keys.Entries(day), LedgerBlock.Lines, -1);
            _ = transaction.StringSetAsync(_keys.Blocks(day), number + 1, options.EntryRetention + TimeSpan.FromDays(1));
            if (!await transaction.ExecuteAsync())
                return;
        }
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
