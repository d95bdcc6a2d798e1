using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class ReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TopQuestions_ManyRequests_AreRankedByBaselineAndKeepNoTextThatIsNotThere()
    {
        var questions = new TopQuestions();
        questions.Add(Entry(0) with { QuestionHash = "a", BaselineUsd = 1m, CostUsd = 1m });
        questions.Add(Entry(0) with { QuestionHash = "b", BaselineUsd = 3m, CostUsd = 3m, Question = "Why?" });
        questions.Add(Entry(0) with { QuestionHash = "a", BaselineUsd = 1m, HitKind = HitKind.Exact });
        questions.Add(Entry(0) with { QuestionHash = "a", BaselineUsd = 0m, CostUsd = 9m, HitKind = HitKind.Verification });
        questions.Add(Entry(0) with { QuestionHash = null, BaselineUsd = 9m });
        Assert.Equal(
            [new QuestionMoney("b", "Why?", "m", 1, 0, 3m, 3m), new QuestionMoney("a", null, "m", 2, 1, 1m, 2m)],
            questions.Top(10));
        Assert.Equal("b", questions.Top(1).Single().Hash);
    }

    [Fact]
    public void TopQuestions_MoreThanAreHeld_KeepsTheDearest()
    {
        var questions = new TopQuestions(mostKept: 100);
        for (var i = 0; i < 1000; i++)
            questions.Add(Entry(0) with { QuestionHash = i.ToString("D4", System.Globalization.CultureInfo.InvariantCulture), BaselineUsd = i == 3 ? 5000m : i });
        Assert.Equal("0003", questions.Top(1).Single().Hash);
        Assert.True(questions.Top(10_000).Count <= 100);
    }

    [Fact]
    public void WhatIf_ScoresOfHitsAndMisses_AddUpFromEachThresholdOn()
    {
        var whatIf = new WhatIf();
        whatIf.Add(Entry(0) with { CacheScore = 0.95, CostUsd = 1m });
        whatIf.Add(Entry(0) with { CacheScore = 0.81, CostUsd = 2m });
        // A rule forbade it.
        whatIf.Add(Entry(0) with { CacheScore = 0, CostUsd = 64m });
        whatIf.Add(Entry(0) with { CacheScore = 0.97, HitKind = HitKind.Semantic, Saved = new SavingsBreakdown(4m, 0m, 0m) });
        whatIf.Add(Entry(0) with { CacheScore = 1, HitKind = HitKind.Exact, Saved = new SavingsBreakdown(128m, 0m, 0m) });
        whatIf.Add(Entry(0) with { RouteScore = 0.85, Saved = new SavingsBreakdown(0m, 8m, 0m) });
        whatIf.Add(Entry(0) with { RouteScore = 0.93, ShadowSaved = new SavingsBreakdown(0m, 16m, 0m) });
        var rows = whatIf.Rows().ToDictionary(r => r.Threshold);
        // In shadow mode its saving stands in the entry: without what it wrote to the provider's cache.
        whatIf.Add(Entry(0) with { CacheScore = 0.81, CostUsd = 0.75m, ShadowSaved = new SavingsBreakdown(0.5m, 0m, 0m) });
        rows = whatIf.Rows().ToDictionary(r => r.Threshold);
        Assert.Equal((4, 7.5m), (rows[0.80].CacheHits, rows[0.80].CacheSavedUsd));
        Assert.Equal((2, 5m), (rows[0.94].CacheHits, rows[0.94].CacheSavedUsd));
        Assert.Equal((0, 0m), (rows[0.98].CacheHits, rows[0.98].CacheSavedUsd));
        Assert.Null(rows[0.75].Routed);
        Assert.Equal((2, 24m), (rows[0.85].Routed!.Value, rows[0.85].RoutingSavedUsd!.Value));
        Assert.Equal((1, 16m), (rows[0.92].Routed!.Value, rows[0.92].RoutingSavedUsd!.Value));
    }

    private static LedgerEntry Entry(int hour) => new()
    {
        RequestId = "r",
        TenantId = "t",
        At = Start.AddHours(hour),
        RequestedModel = "m",
        BaselineModel = "m",
        UsedModel = "m",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 1,
        Usage = new TokenUsage(1, 1),
        CompletionTokensServed = 1,
        CostUsd = 0m,
        BaselineUsd = 0m,
        Saved = default,
    };
}
