using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>
/// What this calendar month will have cost and saved: what it did so far, and for each day to come the mean of the last whole days. The
/// margin is two standard errors of those days, which takes them for independent and alike: weekends and growth are not in it.
/// </summary>
/// <param name="CostUsd">Expected cost of the month.</param>
/// <param name="CostMarginUsd">Half the width of its interval.</param>
/// <param name="SavedUsd">Expected saving of the month.</param>
/// <param name="Days">Whole days that it rests on.</param>
internal sealed record MonthForecast(decimal CostUsd, decimal CostMarginUsd, decimal SavedUsd, int Days)
{
    /// <summary>Fewer say nothing of how days differ.</summary>
    public const int FewestDays = 3;

    private const int MostDays = 14;

    /// <summary>The forecast, or null where fewer than <see cref="FewestDays"/> whole days have passed since the day of the first request.</summary>
    /// <param name="hours">Hourly sums of at least the last fortnight and this month.</param>
    /// <param name="now">The present, UTC.</param>
    public static MonthForecast? Of(IReadOnlyList<HourSums> hours, DateTimeOffset now)
    {
        if (hours.Count == 0)
            return null;
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // The day of the first request began before it.
        var firstDay = hours.Min(static h => DayOf(h)).AddDays(1);
        var from = today.AddDays(-MostDays) > firstDay ? today.AddDays(-MostDays) : firstDay;
        var days = today.DayNumber - from.DayNumber;
        if (days < FewestDays)
            return null;
        var costs = new decimal[days];
        var saved = 0m;
        foreach (var hour in hours.Where(h => DayOf(h) >= from && DayOf(h) < today))
        {
            costs[DayOf(hour).DayNumber - from.DayNumber] += hour.Sums.CostUsd;
            saved += hour.Sums.Saved.Total;
        }

        var month = hours.Where(h => DayOf(h).Year == today.Year && DayOf(h).Month == today.Month).ToList();
        // Of today, only what is left of it is still to come.
        var rest = DateTime.DaysInMonth(today.Year, today.Month) - today.Day + (decimal)(1 - now.UtcDateTime.TimeOfDay.TotalDays);
        var mean = costs.Average();
        var variance = costs.Sum(c => (c - mean) * (c - mean)) / (days - 1);
        var deviation = (decimal)Math.Sqrt((double)(variance * (rest + (rest * rest / days))));
        return new MonthForecast(
            month.Sum(static h => h.Sums.CostUsd) + (rest * mean),
            2 * deviation,
            month.Sum(static h => h.Sums.Saved.Total) + (rest * saved / days),
            days);
    }

    private static DateOnly DayOf(HourSums hour) => DateOnly.FromDateTime(hour.Hour.UtcDateTime);
}
