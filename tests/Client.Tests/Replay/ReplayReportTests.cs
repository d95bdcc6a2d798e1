using OrleansLlm.Core.Ledger;
using OrleansLlm.Silo.Replay;

namespace OrleansLlm.Client.Tests.Replay;

public sealed class ReplayReportTests
{
    [Fact]
    public void From_MixedEntries_SplitsMoneyAndTokensByLayer()
    {
        var report = ReplayEntries.Report(
            ReplayEntries.Hit(HitKind.Semantic), ReplayEntries.Live(), ReplayEntries.Live(prompt: 2000, sent: 1200, routed: true));

        // 1,000 in and 100 out at 10/40 are $0.014, twice; 2,000 and 100 are $0.024. Routed: $0.0024; 800 tokens fewer: $0.0016.
        Assert.Equal(new MoneyWaterfall(0.052m, 0.014m, 0.0216m, 0.0008m, 0.0156m), report.Usd);
        Assert.Equal(new TokenWaterfall(4300, 1100, 0, 800, 2400), report.Tokens);
        Assert.True(report.Usd.AddsUp && report.Tokens.AddsUp);
        Assert.Equal(0.7, report.Usd.SavedShare, 6);
    }

    [Fact]
    public void From_AnyEntries_AddsUpExactly() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 5000], Gen.Int[1, 5000], Gen.Int[0, 2000], Gen.Bool).Array[0, 40].Sample(rows =>
        {
            var report = ReplayEntries.Report([.. rows.Select(static r => r.Item1 switch
            {
                0 => ReplayEntries.Hit(HitKind.Exact, r.Item2, r.Item4),
                1 => ReplayEntries.Hit(HitKind.Pending, r.Item2, r.Item4),
                2 => ReplayEntries.Failed(r.Item2),
                _ => ReplayEntries.Live(Math.Max(r.Item2, r.Item3), r.Item3, r.Item4, r.Item5),
            })]);
            Assert.True(report.Usd.AddsUp);
            Assert.True(report.Tokens.AddsUp);
            Assert.Equal(rows.Length, report.Requests);
            var rounded = FigureFormat.Rounded(report.Usd);
            Assert.True(rounded.AddsUp);
            Assert.InRange(Math.Abs(report.Usd.Baseline - rounded.Baseline), 0m, 0.00005m);
        });

    [Fact]
    public void From_EntryThatDoesNotAddUp_SaysSo()
    {
        var report = ReplayEntries.Report(ReplayEntries.Live() with { CostUsd = 1m });

        Assert.False(report.Usd.AddsUp);
        Assert.Contains(ReplayNotes.Of(report), static n => n.Contains("do not add up", StringComparison.Ordinal));
    }

    [Fact]
    public void From_RoutingThatSpentMore_KeepsTheSign()
    {
        var entry = ReplayEntries.Live() with { CostUsd = 0.02m, Saved = new SavingsBreakdown(0, -0.006m, 0) };

        var bars = WaterfallBar.Of(ReplayEntries.Report(entry).Usd);

        Assert.Equal(new WaterfallBar("routing", -0.006m, 0.014m, 0.02m, IsTotal: false), bars[2]);
    }

    [Fact]
    public void From_FailedRequest_HasNoBaselineInMoneyOrTokens()
    {
        var report = ReplayEntries.Report(ReplayEntries.Failed(), ReplayEntries.Live());

        Assert.Equal(1, report.Errors);
        Assert.Equal(1100, report.Tokens.Baseline);
        Assert.Equal(1, report.Routing.Upstream);
    }

    [Fact]
    public void From_EveryHitKind_CountsRatesOverTheirOwnRequests()
    {
        var report = ReplayEntries.Full();

        Assert.Equal((1L, 1L, 1L, 4L, 1L), (report.Cache.Exact, report.Cache.Semantic, report.Cache.Pending, report.Cache.Miss, report.Cache.Bypass));
        Assert.Equal(3 / 7.0, report.Cache.HitRate, 9);
        Assert.Equal(new RoutingOutcome(4, 2), report.Routing);
        Assert.Equal(new CompressionOutcome(1, 800, 2000, 5000), report.Compression);
        Assert.Equal(0.4, report.Compression.RateCompressed, 9);
        Assert.Equal(0.16, report.Compression.RateAll, 9);
        Assert.Equal((1L, 1L, 1L), (report.Errors, report.Unpriced, report.Estimated));
    }

    [Fact]
    public void From_NoEntries_HasNoRates()
    {
        var report = ReplayEntries.Report();

        Assert.Equal(0, report.Usd.SavedShare);
        Assert.Equal(0, report.Cache.HitRate);
        Assert.Equal(0, report.Routing.RoutedShare);
        Assert.Equal(0, report.Compression.RateCompressed);
        Assert.Null(report.Projection);
    }

    [Fact]
    public void From_ModelsThatAnswered_ListsThemDearestFirst() =>
        Assert.Equal(["strong", "weak", "unknown"], ReplayEntries.Full().Models.Select(static m => m.Model));

    [Fact]
    public void From_TimestampsOverTwoDays_ProjectsToThirty()
    {
        var projection = ReplayEntries.Full().Projection!;

        Assert.Equal(2, projection.Days);
        Assert.Equal(8 * 15, projection.Requests);
        Assert.Equal(1.41m, projection.BaselineUsd); // $0.0940 x 15
        Assert.Equal(projection.BaselineUsd - projection.ActualUsd, projection.SavedUsd);
    }

    [Fact]
    public void Of_OneToHundred_IsNearestRank() =>
        Assert.Equal(new LatencyQuantiles(100, 50, 99), LatencyQuantiles.Of(Enumerable.Range(1, 100).Reverse().Select(static i => (double)i)));

    [Fact]
    public void Of_LayerThatDidNotRun_IsLeftOut() =>
        Assert.Equal(new LatencyQuantiles(2, 3, 9), LatencyQuantiles.Of([0, 9, 0, 3, 0]));

    [Fact]
    public void Of_Nothing_IsZero() => Assert.Equal(new LatencyQuantiles(0, 0, 0), LatencyQuantiles.Of([]));

    [Fact]
    public void Days_RequestWithoutTimestamp_IsUnknown()
    {
        var span = new LogSpan();
        span.Add(DateTimeOffset.UnixEpoch);
        Assert.Equal(1, span.Days);
        span.Add(null);
        Assert.Null(span.Days);
    }
}
