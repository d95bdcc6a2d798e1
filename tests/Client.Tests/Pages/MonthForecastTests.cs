using OrleansLlm.Client.Pages.Savings;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class MonthForecastTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_EqualDays_GoesOnWithThemWithoutAMargin()
    {
        // Ten whole days at 2 USD; today 1 USD so far, and half of today and nine days to come.
        var forecast = MonthForecast.Of([.. Days(11, static _ => 2m).SkipLast(1), Hour(Noon, 1m)], Noon)!;
        Assert.Equal((10, 40m, 0m), (forecast.Days, forecast.CostUsd, forecast.CostMarginUsd));
        Assert.Equal(80m, forecast.SavedUsd);
    }

    [Fact]
    public void Of_UnequalDays_HasAMargin() =>
        Assert.True(MonthForecast.Of(Days(9, static i => i % 2 == 0 ? 1m : 3m), Noon)!.CostMarginUsd > 1m);

    [Fact]
    public void Of_FewDays_IsNull()
    {
        Assert.Null(MonthForecast.Of([], Noon));
        Assert.Null(MonthForecast.Of(Days(MonthForecast.FewestDays, static _ => 1m), Noon));
        Assert.NotNull(MonthForecast.Of(Days(MonthForecast.FewestDays + 1, static _ => 1m), Noon));
    }

    // The last of them today.
    private static List<HourSums> Days(int count, Func<int, decimal> usd) =>
        [.. Enumerable.Range(0, count).Select(i => Hour(Noon.AddDays(i - count + 1), usd(i)))];

    private static HourSums Hour(DateTimeOffset at, decimal usd) =>
        new(at, LedgerSums.Zero with { Requests = 1, CostUsd = usd, BaselineUsd = 3 * usd, Saved = new SavingsBreakdown(2 * usd, 0, 0) });
}
