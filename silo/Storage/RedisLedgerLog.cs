using System.Globalization;
using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>One opening of a ledger: every write is a transaction on the condition that no later one has been made.</summary>
internal sealed class RedisLedgerLog(
    IDatabase database, RedisLedgerKeys keys, long epoch, IReadOnlyDictionary<string, long> marks, LedgerOptions options, TimeProvider time) : ILedgerLog
{
    public IReadOnlyDictionary<string, long> Marks => marks;

    public Task<bool> AppendAsync(LedgerBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(keys.Epoch, epoch));
        foreach (var (day, lines) in batch.Lines)
        {
            _ = transaction.ListRightPushAsync(keys.Entries(day), [.. lines.Select(static l => (RedisValue)l)]);
            _ = transaction.KeyExpireAsync(keys.Entries(day), options.EntryRetention + TimeSpan.FromDays(1));
        }

        foreach (var cells in batch.Cells.GroupBy(static c => DateOnly.FromDateTime(c.Hour.UtcDateTime)))
        {
            _ = transaction.HashSetAsync(keys.Cells(cells.Key), [.. cells.Select(static c => new HashEntry(Field(c), JsonSerializer.SerializeToUtf8Bytes(c, LedgerJson.Default.LedgerCell)))]);
            _ = transaction.KeyExpireAsync(keys.Cells(cells.Key), options.TotalsRetention + TimeSpan.FromDays(1));
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;
        _ = transaction.HashSetAsync(keys.Marks, [.. batch.Marks.Select(m => new HashEntry(m.Key, new RedisLedgerMark(m.Value, today).ToString()))]);
        return transaction.ExecuteAsync();
    }

    // Callers choose names; lengths before them keep two cells from ever sharing a field.
    private static string Field(LedgerCell cell) => string.Create(
        CultureInfo.InvariantCulture, $"{cell.Hour.Hour} {cell.ProjectId?.Length ?? -1} {cell.RequestedModel.Length} {cell.ProjectId}{cell.RequestedModel}{cell.UsedModel}");
}
