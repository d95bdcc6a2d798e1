using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// What a month will cost, with the layers and without them, if the rest of it goes on as what there is of it: a projection, not a measurement.
/// </summary>
/// <param name="Month">Its first day, UTC.</param>
/// <param name="ObservedFrom">From when there are figures: the month's start, or the first request's hour where that is later.</param>
/// <param name="ObservedTo">Until when, UTC.</param>
/// <param name="CostToDateUsd">USD paid so far.</param>
/// <param name="BaselineToDateUsd">USD that would have been paid without the layers.</param>
/// <param name="CostUsd">USD for the whole month; null where less than an hour was observed.</param>
/// <param name="BaselineUsd">USD for the whole month without the layers; null likewise.</param>
public sealed record MonthForecast(
    DateOnly Month,
    DateTimeOffset ObservedFrom,
    DateTimeOffset ObservedTo,
    decimal CostToDateUsd,
    decimal BaselineToDateUsd,
    decimal? CostUsd,
    decimal? BaselineUsd)
{
    private const int Digits = 2;

    /// <summary>The month of <paramref name="now"/> by its hours so far.</summary>
    public static MonthForecast Of(LedgerTotals totals, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(totals);
        now = now.ToUniversalTime();
        var start = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var report = totals.Report(start, now);
        var from = report.ByHour.Count > 0 ? report.ByHour[0].Hour : now;
        var observed = now - from;
        var left = start.AddMonths(1) - now;
        var (cost, baseline) = (report.Total.CostUsd, report.Total.BaselineUsd);
        return new MonthForecast(
            DateOnly.FromDateTime(start.UtcDateTime), from, now, cost, baseline, Projected(cost), Projected(baseline));

        // Two digits: more would claim an accuracy that no projection has.
        decimal? Projected(decimal toDate) => observed < TimeSpan.FromHours(1)
            ? null
            : decimal.Round(toDate + (toDate * left.Ticks / observed.Ticks), Digits, MidpointRounding.ToEven);
    }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, LedgerJson.Default.MonthForecast);

    /// <exception cref="JsonException">The text is something else.</exception>
    public static MonthForecast FromUtf8Json(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, LedgerJson.Default.MonthForecast) ?? throw new JsonException("A forecast is expected, not null.");
}
