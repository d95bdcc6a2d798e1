using System.Text;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class LedgerTotalsTests
{
    private static readonly DateTimeOffset From = Entries.Noon.AddDays(-3);
    private static readonly DateTimeOffset To = Entries.Noon.AddDays(3);

    [Fact]
    public void Report_AnyEntries_AddsUpToTheEntriesInEveryBreakdown() =>
        Entries.Any.Array[0, 60].Sample(entries =>
        {
            var report = Totals(entries).Report(From, To);

            Assert.Equal(entries.Count(e => e.HitKind is not (HitKind.Verification or HitKind.Attempt)), report.Total.Requests);
            Assert.Equal(entries.Count(e => e.HitKind == HitKind.Verification), report.Total.Verifications);
            Assert.Equal(entries.Count(e => e.HitKind == HitKind.Attempt), report.Total.Attempts);
            Assert.Equal(entries.Sum(e => e.CostUsd), report.Total.CostUsd);
            Assert.Equal(entries.Sum(e => e.BaselineUsd), report.Total.BaselineUsd);
            Assert.Equal(report.Total.BaselineUsd - report.Total.CostUsd, report.ByLayer.Sum(l => l.SavedUsd));
            Assert.Equal(entries.Count(e => !e.Priced), report.Total.Unpriced);
            Assert.Equal(entries.Count(e => e.Estimated), report.Total.Estimated);
            Assert.Equal(entries.Sum(e => (long)e.Usage.PromptTokens), report.Total.PromptTokensBilled);
            Assert.Equal(report.Total, Sum(report.ByHour.Select(h => h.Sums)));
            Assert.Equal(report.Total, Sum(report.ByModel.Select(m => m.Sums)));
            Assert.Equal(report.Total, Sum(report.ByRequestedModel.Select(m => m.Sums)));
        });

    [Fact]
    public void Merge_AnySplitInAnyOrder_EqualsOneBook() =>
        Gen.Select(Entries.Any.Array[0, 40], Gen.Int[0, 40]).Sample((entries, at) =>
        {
            at = Math.Min(at, entries.Length);
            var left = Totals(entries[..at]);
            var right = Totals(entries[at..]);
            right.Merge(left);

            Assert.Equal(Json(Totals(entries).Report(From, To)), Json(right.Report(From, To)));
        });

    [Fact]
    public void Json_AnyEntries_RoundTripsExactly() =>
        Entries.Any.Array[0, 40].Sample(entries =>
        {
            var totals = Totals(entries);
            var read = LedgerTotals.FromUtf8Json(totals.ToUtf8Json());
            Assert.Equal(totals.ToUtf8Json(), read.ToUtf8Json());
            Assert.Equal(totals.Report(From, To).Total, read.Report(From, To).Total);
            Assert.Equal(totals.Report(From, To).Total, SavingsReport.FromUtf8Json(read.Report(From, To).ToUtf8Json()).Total);
        });

    [Fact]
    public void Report_Period_TakesWholeHoursFromItsStartAndNoneAtItsEnd()
    {
        var totals = Totals([At(11, 59), At(12, 0), At(12, 59), At(13, 0), At(14, 0)]);
        var report = totals.Report(Entries.Noon.AddMinutes(30), Entries.Noon.AddHours(2));
        Assert.Equal([(12, 2L), (13, 1L)], report.ByHour.Select(h => (h.Hour.Hour, h.Sums.Requests)));
    }

    [Fact]
    public void Report_OtherTimeZone_CountsInUtcHours()
    {
        var entry = At(12, 0) with { At = new DateTimeOffset(2026, 11, 23, 18, 10, 0, TimeSpan.FromHours(5.5)) };
        Assert.Equal(Entries.Noon, Totals([entry]).Report(From, To).ByHour.Single().Hour);
    }

    [Fact]
    public void Report_Json_HasTheNamesOfTheAdminApi()
    {
        var hit = Entries.Create(HitKind.Semantic, "gpt-4", "gpt-4", Entries.Noon, 1_000, new TokenUsage(0, 100));
        var json = Json(Totals([hit, At(12, 5) with { Status = 502 }]).Report(From, To) with { PriceVersion = "v1" });

        Assert.Contains("\"price_version\":\"v1\"", json, StringComparison.Ordinal);
        Assert.Contains("\"semantic_hits\":1", json, StringComparison.Ordinal);
        Assert.Contains("\"errors\":1", json, StringComparison.Ordinal);
        Assert.Contains("\"hit_rate\":0.5", json, StringComparison.Ordinal);
        Assert.Contains("{\"layer\":\"cache\",\"saved_usd\":0.036", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_ShadowSavings_StayOutOfTheSavings()
    {
        var entry = At(12, 0) with { ShadowSaved = new SavingsBreakdown(1m, 2m, 3m) };
        var total = Totals([entry, entry]).Report(From, To).Total;
        Assert.Equal(12m, total.ShadowSaved.Total);
        Assert.Equal(total.BaselineUsd - total.CostUsd, total.Saved.Total);
    }

    [Fact]
    public void Add_EndlessModelNames_AreBoundedAndStillCounted()
    {
        const int Names = LedgerTotals.MaxModelsPerHour + 50;
        var report = Totals(Enumerable.Range(0, Names).Select(i => At(12, 0) with { RequestedModel = $"m{i}" })).Report(From, To);
        Assert.Equal(Names, report.Total.Requests);
        Assert.Equal(LedgerTotals.MaxModelsPerHour + 1, report.ByRequestedModel.Count);
        Assert.Equal(50, report.ByRequestedModel.Single(m => m.Model == LedgerTotals.OtherModels).Sums.Requests);
    }

    [Fact]
    public void Add_CellsInAnotherOrder_CountEachWhereItWasCounted()
    {
        var totals = new LedgerTotals();
        var cells = Enumerable.Range(0, LedgerTotals.MaxModelsPerHour + 1).Select(i => totals.Add(At(12, 0) with { RequestedModel = $"m{i}" })).ToList();
        var again = new LedgerTotals();
        foreach (var cell in Enumerable.Reverse(cells))
            again.Add(cell);
        Assert.Equal(1, again.Report(From, To).ByRequestedModel.Single(m => m.Model == LedgerTotals.OtherModels).Sums.Requests);
    }

    // What several tenants' books hold within their bounds is no caller's invention: in one report nothing of it is lost.
    [Fact]
    public void Merge_BooksThatAreFullEach_KeepsEveryModel()
    {
        var (one, other) = (Totals(Invented("a")), Totals(Invented("b")));
        one.Merge(other);
        var report = LedgerTotals.FromUtf8Json(one.ToUtf8Json()).Report(From, To);
        Assert.Equal(2 * LedgerTotals.MaxModelsPerHour, report.ByRequestedModel.Count);
        Assert.DoesNotContain(report.ByRequestedModel, m => m.Model == LedgerTotals.OtherModels);

        static IEnumerable<LedgerEntry> Invented(string prefix) => Enumerable.Range(0, LedgerTotals.MaxModelsPerHour).Select(i => At(12, 0) with { RequestedModel = $"{prefix}{i}" });
    }

    [Fact]
    public void Add_EndlessModelNames_LeaveEachProjectItsMoney()
    {
        var report = Totals(Enumerable.Range(0, 2 * LedgerTotals.MaxModelsPerHour).Select(i => At(12, 0) with { RequestedModel = $"m{i}", ProjectId = i % 2 == 0 ? "even" : "odd" })).Report(From, To);
        Assert.Equal([("even", LedgerTotals.MaxModelsPerHour), ("odd", LedgerTotals.MaxModelsPerHour)], report.ByProject.Select(p => (p.Project, (int)p.Sums.Requests)));
        Assert.Equal(LedgerTotals.MaxModelsPerHour + 1, report.ByRequestedModel.Count);
    }

    [Fact]
    public void Add_EndlessProjects_AreBoundedToo()
    {
        const int Projects = 3 * LedgerTotals.MaxModelsPerHour;
        var report = Totals(Enumerable.Range(0, Projects).Select(i => At(12, 0) with { ProjectId = $"p{i}" })).Report(From, To);
        Assert.Equal(Projects, report.Total.Requests);
        Assert.Equal((2 * LedgerTotals.MaxModelsPerHour) + 1, report.ByProject.Count);
    }

    [Fact]
    public void Report_SeveralProjects_AddsUpByEach()
    {
        var report = Totals([At(10, 0) with { ProjectId = "a" }, At(11, 0), At(12, 0) with { ProjectId = "a" }]).Report(From, To);
        Assert.Equal(["", "a"], report.ByProject.Select(p => p.Project));
        Assert.Equal([1, 2], report.ByProject.Select(p => p.Sums.Requests));
    }

    [Fact]
    public void Merge_Itself_IsRefused()
    {
        var totals = Totals([At(12, 0)]);
        Assert.Throws<ArgumentException>(() => totals.Merge(totals));
    }

    private static LedgerEntry At(int hour, int minute) => Entries.Create(
        HitKind.Miss, "gpt-4", "gpt-4o-mini", Entries.Noon.Date.AddHours(hour).AddMinutes(minute), 1_000, new TokenUsage(800, 50));

    private static LedgerTotals Totals(IEnumerable<LedgerEntry> entries)
    {
        var totals = new LedgerTotals();
        foreach (var entry in entries)
            totals.Add(entry);
        return totals;
    }

    private static LedgerSums Sum(IEnumerable<LedgerSums> sums) => sums.Aggregate(LedgerSums.Zero, LedgerSums.Add);

    private static string Json(SavingsReport report) => Encoding.UTF8.GetString(report.ToUtf8Json());
}
