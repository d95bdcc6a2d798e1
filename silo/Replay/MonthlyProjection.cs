namespace OrleansLlm.Silo.Replay;

/// <summary>The log's days repeated to a month of 30: a projection, not a measurement.</summary>
/// <param name="Days">UTC calendar days that the log covers.</param>
/// <param name="Requests">Requests a month.</param>
/// <param name="BaselineUsd">USD a month without the gateway.</param>
/// <param name="ActualUsd">USD a month with it.</param>
/// <param name="SavedUsd">The difference.</param>
internal sealed record MonthlyProjection(int Days, long Requests, decimal BaselineUsd, decimal ActualUsd, decimal SavedUsd)
{
    /// <summary>Days in the month that is projected to.</summary>
    public const int MonthDays = 30;

    /// <summary>Scales the log's figures; null where its length is unknown.</summary>
    public static MonthlyProjection? From(int? days, long requests, MoneyWaterfall usd) => days is not { } covered || requests == 0
        ? null
        : new MonthlyProjection(
            covered,
            (long)Math.Round((decimal)requests * MonthDays / covered),
            Round(usd.Baseline * MonthDays / covered),
            Round(usd.Actual * MonthDays / covered),
            Round(usd.Baseline * MonthDays / covered) - Round(usd.Actual * MonthDays / covered));

    // More digits would claim an accuracy that no projection has.
    private static decimal Round(decimal usd) => Math.Round(usd, 2, MidpointRounding.ToEven);
}
