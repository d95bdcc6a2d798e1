using System.Globalization;
using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>One opening of a ledger: every write is a transaction on the condition that no later one has been made.</summary>
internal sealed class RedisLedgerLog(
    string tenantId, RedisLedgerEpoch epoch, ILedgerEntryLog entries, IReadOnlyDictionary<string, long> marks, LedgerOptions options, TimeProvider time) : ILedgerLog
{
    private readonly RedisLedgerKeys _keys = new(tenantId);

    public IReadOnlyDictionary<string, long> Marks => marks;

    public async Task<bool> AppendAsync(LedgerBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = epoch.NewTransaction();
        foreach (var (day, lines) in batch.Lines)
            await entries.AddAsync(transaction, day, lines);
        foreach (var cells in batch.Cells.GroupBy(static c => DateOnly.FromDateTime(c.Hour.UtcDateTime)))
        {
            _ = transaction.HashSetAsync(_keys.Cells(cells.Key), [.. cells.Select(static c => new HashEntry(Field(c), JsonSerializer.SerializeToUtf8Bytes(c, LedgerJson.Default.LedgerCell)))]);
            _ = transaction.KeyExpireAsync(_keys.Cells(cells.Key), options.TotalsRetention + TimeSpan.FromDays(1));
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;
        _ = transaction.HashSetAsync(_keys.Marks, [.. batch.Marks.Select(m => new HashEntry(m.Key, new RedisLedgerMark(m.Value, today).ToString()))]);
        if (!await transaction.ExecuteAsync())
            return false;
        await entries.PackAsync();
        return true;
    }

    // Callers choose names; lengths before them keep two cells from ever sharing a field.
    private static string Field(LedgerCell cell) => string.Create(
        CultureInfo.InvariantCulture, $"{cell.Hour.Hour} {cell.ProjectId?.Length ?? -1} {cell.RequestedModel.Length} {cell.ProjectId}{cell.RequestedModel}{cell.UsedModel}");
}
