namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>The period in which a budget may be spent; aligned in UTC, a month is the calendar's.</summary>
public enum BudgetWindow
{
    Minute,
    Hour,
    Day,
    Month,
}

/// <summary>Where windows begin and end.</summary>
public static class BudgetWindows
{
    /// <summary>Start of the window that <paramref name="at"/> lies in, UTC.</summary>
    public static DateTimeOffset StartOf(BudgetWindow window, DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return window switch
        {
            BudgetWindow.Minute => new(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, 0, TimeSpan.Zero),
            BudgetWindow.Hour => new(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero),
            BudgetWindow.Day => new(utc.Year, utc.Month, utc.Day, 0, 0, 0, TimeSpan.Zero),
            _ => new(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
        };
    }

    /// <summary>End of the window that begins at <paramref name="start"/>; the first instant of the next.</summary>
    public static DateTimeOffset EndOf(BudgetWindow window, DateTimeOffset start) => window switch
    {
        BudgetWindow.Minute => start.AddMinutes(1),
        BudgetWindow.Hour => start.AddHours(1),
        BudgetWindow.Day => start.AddDays(1),
        _ => start.AddMonths(1),
    };
}
