using OrleansLlm.Core.Ledger;
using Parquet;
using Parquet.Schema;

namespace OrleansLlm.Client.Ledger;

/// <summary>Apache Parquet; money as decimals of 18 places, so that no digit is lost.</summary>
internal sealed class LedgerParquet : ILedgerFormat
{
    private const int Precision = 38;
    private const int Scale = 18;
    private const int RowGroup = 20_000;

    private static readonly IReadOnlyList<(LedgerColumn Column, DataField Field)> Columns = [.. LedgerColumn.All.Select(static c => (c, FieldOf(c)))];

    public string Name => "parquet";

    public string ContentType => "application/vnd.apache.parquet";

    public async Task WriteAsync(Stream output, IAsyncEnumerable<IReadOnlyList<LedgerEntry>> entries, CancellationToken cancellationToken)
    {
        // The format's end points back into it, so that it is made whole before it leaves.
        var path = Path.GetTempFileName();
        await using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(Columns.Select(static c => c.Field)), file, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }, cancellationToken: cancellationToken))
        {
            var rows = new List<LedgerEntry>(RowGroup);
            await foreach (var part in entries.WithCancellation(cancellationToken))
            {
                rows.AddRange(part);
                if (rows.Count >= RowGroup)
                    await WriteGroupAsync(writer, rows, cancellationToken);
            }

            if (rows.Count > 0)
                await WriteGroupAsync(writer, rows, cancellationToken);
        }

        file.Position = 0;
        await file.CopyToAsync(output, cancellationToken);
    }

    private static async Task WriteGroupAsync(ParquetWriter writer, List<LedgerEntry> rows, CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        foreach (var (column, field) in Columns)
        {
            var values = rows.Select(column.ValueOf);
            await (column.Kind switch
            {
                LedgerColumnKind.Text => group.WriteAsync(field, [.. values.Select(static v => (string)v!)]),
                LedgerColumnKind.Integer => group.WriteAsync<long>(field, values.Select(static v => (long)v!).ToArray(), cancellationToken: cancellationToken),
                LedgerColumnKind.Money => group.WriteAsync<decimal>(field, values.Select(static v => (decimal)v!).ToArray(), cancellationToken: cancellationToken),
                LedgerColumnKind.Number => group.WriteAsync<double>(field, values.Select(static v => (double?)v).ToArray(), cancellationToken: cancellationToken),
                LedgerColumnKind.Flag => group.WriteAsync<bool>(field, values.Select(static v => (bool)v!).ToArray(), cancellationToken: cancellationToken),
                _ => group.WriteAsync<DateTime>(field, values.Select(static v => ((DateTimeOffset)v!).UtcDateTime).ToArray(), cancellationToken: cancellationToken),
            });
        }

        rows.Clear();
    }

    private static DataField FieldOf(LedgerColumn column) => column.Kind switch
    {
        LedgerColumnKind.Text => new DataField<string>(column.Name, nullable: true),
        LedgerColumnKind.Integer => new DataField<long>(column.Name, nullable: false),
        LedgerColumnKind.Money => new DecimalDataField(column.Name, Precision, Scale, isNullable: false),
        LedgerColumnKind.Number => new DataField<double>(column.Name, nullable: true),
        LedgerColumnKind.Flag => new DataField<bool>(column.Name, nullable: false),
        _ => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: false),
    };
}
