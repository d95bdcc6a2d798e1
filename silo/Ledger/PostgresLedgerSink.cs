using Npgsql;
using NpgsqlTypes;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Ledger;

/// <summary>
/// Copies entries into a PostgreSQL table, each once: they come at least once, and (tenant, writer, sequence) is the table's key. The table and
/// its columns are made where they are missing.
/// </summary>
internal sealed class PostgresLedgerSink(NpgsqlDataSource source, string table) : ILedgerSink, IAsyncDisposable
{
    private const int MoneyScale = 18;

    private bool _isReady;

    public string Name => "PostgreSQL";

    /// <summary>The sink that the options ask for; null where they ask for none, or for one that cannot be (then a problem is told).</summary>
    public static PostgresLedgerSink? Create(LedgerOptions options, ICollection<string> problems)
    {
        if (options.PostgresVariable is null && options.PostgresFile is null)
            return null;
        var setting = "OrleansLlm:Ledger:" + (options.PostgresVariable is null ? nameof(options.PostgresFile) : nameof(options.PostgresVariable));
        if (Secrets.Read(options.PostgresVariable, options.PostgresFile) is not { } connection)
        {
            problems.Add($"{setting} names '{options.PostgresVariable ?? options.PostgresFile}', which is empty, not there or not to be read by this user.");
            return null;
        }

        try
        {
            return new PostgresLedgerSink(NpgsqlDataSource.Create(connection), options.PostgresTable);
        }
        catch (ArgumentException)
        {
            // Its message would repeat part of the secret.
            problems.Add($"{setting} names no PostgreSQL connection string.");
            return null;
        }
    }

    public async Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var entries = LedgerLine.Split(lines).Select(static l => LedgerLine.Read(l.Span)).OfType<LedgerEntry>().ToList();
        if (entries.Count == 0)
            return;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (!_isReady)
            await PrepareAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"CREATE TEMPORARY TABLE ledger_batch ON COMMIT DROP AS SELECT {Names} FROM {Quoted(table)} WITH NO DATA", cancellationToken);
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY ledger_batch ({Names}) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            foreach (var entry in entries)
            {
                await copy.StartRowAsync(cancellationToken);
                foreach (var column in LedgerColumn.All)
                    await WriteAsync(copy, column, column.ValueOf(entry), cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await ExecuteAsync(connection, $"INSERT INTO {Quoted(table)} ({Names}) SELECT {Names} FROM ledger_batch ON CONFLICT (tenant_id, writer, sequence) DO NOTHING", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static string Names { get; } = string.Join(", ", LedgerColumn.All.Select(static c => Quoted(c.Name)));

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string TypeOf(LedgerColumn column) => column.Kind switch
    {
        LedgerColumnKind.Text => "text",
        LedgerColumnKind.Integer => "bigint",
        LedgerColumnKind.Money => $"numeric(38,{MoneyScale})",
        LedgerColumnKind.Number => "double precision",
        LedgerColumnKind.Flag => "boolean",
        _ => "timestamp with time zone",
    };

    private static Task WriteAsync(NpgsqlBinaryImporter copy, LedgerColumn column, object? value, CancellationToken cancellationToken) => value switch
    {
        null => copy.WriteNullAsync(cancellationToken),
        // PostgreSQL's text holds no zero character; callers choose model names.
        string text => copy.WriteAsync(text.Replace("\0", string.Empty, StringComparison.Ordinal), NpgsqlDbType.Text, cancellationToken),
        long number => copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken),
        decimal money => copy.WriteAsync(money, NpgsqlDbType.Numeric, cancellationToken),
        double number => copy.WriteAsync(number, NpgsqlDbType.Double, cancellationToken),
        bool flag => copy.WriteAsync(flag, NpgsqlDbType.Boolean, cancellationToken),
        DateTimeOffset at => copy.WriteAsync(at.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken),
        _ => throw new InvalidOperationException($"Column {column.Name} holds a {value.GetType().Name}."),
    };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Silos start together: the lock lets one of them make the table.
    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtext('orleansllm ledger'))", cancellationToken);
        await ExecuteAsync(
            connection,
            $"CREATE TABLE IF NOT EXISTS {Quoted(table)} ({string.Join(", ", LedgerColumn.All.Select(static c => $"{Quoted(c.Name)} {TypeOf(c)}"))}, PRIMARY KEY (tenant_id, writer, sequence))",
            cancellationToken);
        foreach (var column in LedgerColumn.All)
            await ExecuteAsync(connection, $"ALTER TABLE {Quoted(table)} ADD COLUMN IF NOT EXISTS {Quoted(column.Name)} {TypeOf(column)}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _isReady = true;
    }
}
