using System.Globalization;
using System.Text;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using Parquet;

namespace OrleansLlm.Client.Tests.Ledger;

public sealed class LedgerFormatTests
{
    private static readonly IReadOnlyList<LedgerEntry> Entries = [.. Enumerable.Range(1, 2500).Select(Entry)];

    [Fact]
    public async Task JsonLines_ManyEntries_ReadBackAsTheyWere()
    {
        var bytes = await WriteAsync("jsonl");
        Assert.Equal(Entries, LedgerLine.Split(bytes).Select(l => LedgerLine.Read(l.Span)!));
    }

    [Fact]
    public async Task Csv_ManyEntries_HaveEveryColumnAndNoFormula()
    {
        var lines = Encoding.UTF8.GetString(await WriteAsync("csv")).Split("\r\n");
        Assert.Equal(string.Join(',', LedgerColumn.All.Select(c => c.Name)), lines[0]);
        Assert.Equal(Entries.Count + 2, lines.Length);
        Assert.Contains(",\"'=cmd(\"\"x\"\"),y\",", lines[3], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains(",=", StringComparison.Ordinal));
        var cost = lines[0].Split(',').Index().Single(c => c.Item == "cost_usd").Index;
        Assert.Equal(Entries.Sum(e => e.CostUsd), Enumerable.Range(1, 2).Concat(Enumerable.Range(4, Entries.Count - 3)).Sum(i => decimal.Parse(lines[i].Split(',')[cost], CultureInfo.InvariantCulture)) + Entries[2].CostUsd);
    }

    [Fact]
    public async Task Parquet_ManyEntries_KeepEveryDecimal()
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(await WriteAsync("parquet")), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(LedgerColumn.All.Select(c => c.Name), reader.Schema.DataFields.Select(f => f.Name));
        var group = Assert.Single(reader.RowGroups);
        Assert.Equal(Entries.Count, group.RowCount);
        var costs = new decimal[Entries.Count];
        await group.ReadAsync<decimal>(reader.Schema.FindDataField("cost_usd"), costs.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Entries.Select(e => e.CostUsd), costs);
        var models = new string?[Entries.Count];
        await group.ReadAsync(reader.Schema.FindDataField("requested_model"), models.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Entries.Select(e => e.RequestedModel), models);
        var scores = new double?[Entries.Count];
        await group.ReadAsync<double>(reader.Schema.FindDataField("cache_score"), scores.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Entries.Select(e => e.CacheScore), scores);
        var times = new DateTime[Entries.Count];
        await group.ReadAsync<DateTime>(reader.Schema.FindDataField("at"), times.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Entries.Select(e => e.At.UtcDateTime), times);
    }

    private static async Task<byte[]> WriteAsync(string format)
    {
        using var output = new MemoryStream();
        await LedgerFormats.Find(format)!.WriteAsync(output, PiecesAsync(), TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static async IAsyncEnumerable<IReadOnlyList<LedgerEntry>> PiecesAsync()
    {
        foreach (var piece in Entries.Chunk(1000))
        {
            await Task.Yield();
            yield return piece;
        }
    }

    private static LedgerEntry Entry(int id) => new()
    {
        RequestId = "req_" + id,
        TenantId = "tenant",
        Writer = "writer",
        Sequence = id,
        At = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero).AddSeconds(id),
        RequestedModel = id == 3 ? "=cmd(\"x\"),y" : "gpt-4o",
        BaselineModel = "gpt-4o",
        UsedModel = "gpt-4o",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 100,
        Usage = new TokenUsage(100, 10),
        CompletionTokensServed = 10,
        CostUsd = 12_345_678.000000000001m * id,
        BaselineUsd = 1m,
        Saved = default,
        CacheScore = id % 2 == 0 ? null : 0.5,
    };
}
