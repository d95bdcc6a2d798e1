using System.Globalization;
using System.Text;
using CsCheck;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class SavingsTallyTests
{
    private static readonly DateTimeOffset From = Entries.Noon.AddDays(-3);
    private static readonly DateTimeOffset To = Entries.Noon.AddDays(3);

    [Fact]
    public void Report_LedgersOfSeveralTenantsInAnyOrder_IsThatOfOneLedgerOfAll() =>
        Gen.Select(Entries.Any.Array[0, 40], Gen.Int[0, 40]).Sample((entries, at) =>
        {
            at = Math.Min(at, entries.Length);
            var tally = new SavingsTally();
            foreach (var part in new[] { entries[at..], entries[..at] })
            {
                foreach (var cell in Totals(part).Cells(From, To))
                    tally.Add(cell);
            }

            Assert.Equal(Json(Totals(entries).Report(From, To)), Json(tally.Report(From, To)));
        });

    [Fact]
    public void Add_EndlessModelNames_AreBoundedAndStillCounted()
    {
        const int Names = SavingsTally.MaxModelPairs + 50;
        var tally = new SavingsTally();
        for (var i = 0; i < Names; i++)
        {
            // An hour of its own for each, so that no hour's own bound is reached.
            var entry = Entries.Create(HitKind.Miss, "gpt-4", "gpt-4o-mini", Entries.Noon.AddHours(i), 10, new TokenUsage(10, 1)) with { RequestedModel = "m" + i.ToString(CultureInfo.InvariantCulture) };
            foreach (var cell in Totals([entry]).Cells(Entries.Noon, Entries.Noon.AddHours(Names)))
                tally.Add(cell);
        }

        var report = tally.Report(Entries.Noon, Entries.Noon.AddHours(Names));
        Assert.Equal(Names, report.Total.Requests);
        Assert.Equal(SavingsTally.MaxModelPairs + 1, report.ByRequestedModel.Count);
        Assert.Equal(50, report.ByRequestedModel.Single(static m => m.Model == LedgerTotals.OtherModels).Sums.Requests);
    }

    private static LedgerTotals Totals(IEnumerable<LedgerEntry> entries)
    {
        var totals = new LedgerTotals();
        foreach (var entry in entries)
            totals.Add(entry);
        return totals;
    }

    private static string Json(SavingsReport report) => Encoding.UTF8.GetString(report.ToUtf8Json());
}
