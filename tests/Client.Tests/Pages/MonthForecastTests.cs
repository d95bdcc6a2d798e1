using OrleansLlm.Client.Pages.Savings;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class MonthForecastTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_EqualDays_GoesOnWithThemWithoutAMargin()
    {
        // A first day and ten whole ones at 2 USD; today 1 USD so far, and half of today and nine days to come.
        var forecast = MonthForecast.Of([.. Days(12, static _ => 2m).SkipLast(1), Hour(Noon, 1m)], Noon)!;
        Assert.Equal((10, 42m, 0m), (forecast.Days, forecast.CostUsd, forecast.CostMarginUsd));
        Assert.Equal(84m, forecast.SavedUsd);
    }

    // The first request came late in the evening: that day says nothing of a whole one, but what it cost is the month's.
    [Fact]
    public void Of_FirstDayThatBeganLate_IsNoneOfTheDaysItRestsOn()
    {
        var forecast = MonthForecast.Of([.. Days(6, static i => i == 0 ? 0.1m : 2m).SkipLast(1), Hour(Noon, 1m)], Noon)!;
        Assert.Equal((4, 9.1m + (9.5m * 2m), 0m), (forecast.Days, forecast.CostUsd, forecast.CostMarginUsd));
    }

    [Fact]
    public void Of_LongHistory_RestsOnAWholeFortnight() => Assert.Equal(14, MonthForecast.Of(Days(31, static _ => 2m), Noon)!.Days);

    [Fact]
    public void Of_UnequalDays_HasAMargin() =>
        Assert.True(MonthForecast.Of(Days(9, static i => i % 2 == 0 ? 1m : 3m), Noon)!.CostMarginUsd > 1m);

    [Fact]
    public void Of_FewDays_IsNull()
    {
        Assert.Null(MonthForecast.Of([], Noon));
        Assert.Null(MonthForecast.Of(Days(MonthForecast.FewestDays + 1, static _ => 1m), Noon));
        Assert.NotNull(MonthForecast.Of(Days(MonthForecast.FewestDays + 2, static _ => 1m), Noon));
    }

    // The last of them today.
    private static List<HourSums> Days(int count, Func<int, decimal> usd) =>
        [.. Enumerable.Range(0, count).Select(i => Hour(Noon.AddDays(i - count + 1), usd(i)))];

    private static HourSums Hour(DateTimeOffset at, decimal usd) =>
        new(at, LedgerSums.Zero with { Requests = 1, CostUsd = usd, BaselineUsd = 3 * usd, Saved = new SavingsBreakdown(2 * usd, 0, 0) });
}
