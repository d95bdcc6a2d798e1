using System.Buffers;
using System.Text.Json;
using Npgsql;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Silo.Ledger;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>The sink on a real PostgreSQL.</summary>
public sealed class PostgresLedgerSinkTests
{
    private const string Table = "ledger \"entries\"";

    [Fact]
    public async Task Deliver_TwiceAndThroughACrash_EveryEntryStandsThereOnceToTheLastDecimal()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var sink = new PostgresLedgerSink(NpgsqlDataSource.Create(server.ConnectionString), Table);
        var entries = Enumerable.Range(1, 2500).Select(Entry).ToList();
        await sink.DeliverAsync(Lines(entries.Take(1000)), TestContext.Current.CancellationToken);
        await sink.DeliverAsync(Lines(entries.Skip(500).Take(1000)), TestContext.Current.CancellationToken);

        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => sink.DeliverAsync(Lines(entries.Skip(1500)), TestContext.Current.CancellationToken));
        await server.StartAgainAsync();
        await sink.DeliverAsync(Lines(entries.Skip(1200)), TestContext.Current.CancellationToken);

        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*), sum(cost_usd), sum(baseline_usd), min(requested_model), max(at), count(project_id) FROM \"ledger \"\"entries\"\"\"");
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await row.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2500, row.GetInt64(0));
        Assert.Equal(entries.Sum(e => e.CostUsd), row.GetDecimal(1));
        Assert.Equal(entries.Sum(e => e.BaselineUsd), row.GetDecimal(2));
        Assert.Equal("gpt-4o", row.GetString(3));
        Assert.Equal(entries.Max(e => e.At), row.GetFieldValue<DateTimeOffset>(4));
        Assert.Equal(entries.Count(e => e.ProjectId is not null), row.GetInt64(5));
    }

    [Fact]
    public async Task Deliver_TableOfAnOlderVersion_GetsTheColumnsItLacks()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (var create = source.CreateCommand("CREATE TABLE ledger (tenant_id text, writer text, sequence bigint, PRIMARY KEY (tenant_id, writer, sequence))"))
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var sink = new PostgresLedgerSink(NpgsqlDataSource.Create(server.ConnectionString), "ledger");
        await sink.DeliverAsync(Lines([Entry(1)]), TestContext.Current.CancellationToken);
        await using var count = source.CreateCommand("SELECT cost_usd FROM ledger");
        Assert.Equal(Entry(1).CostUsd, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static ReadOnlyMemory<byte> Lines(IEnumerable<LedgerEntry> entries)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        foreach (var entry in entries)
            LedgerLine.Write(output, json, entry);
        return output.WrittenMemory;
    }

    private static LedgerEntry Entry(int id)
    {
        var entry = TestEntry.Of(id);
        return entry with
        {
            ProjectId = id % 3 == 0 ? "project" : null,
            At = entry.At.AddSeconds(id),
            RequestedModel = "gpt-4o\0",
            CostUsd = 0.000000000001m * id,
            BaselineUsd = 1234567.000000000001m,
        };
    }
}
