using System.Globalization;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>The period a page shows: today, or the last 7 or 30 days with today, in UTC.</summary>
/// <param name="Days">1, 7 or 30.</param>
/// <param name="Now">The present, UTC.</param>
internal sealed record SavingsPeriod(int Days, DateTimeOffset Now)
{
    public static IReadOnlyList<int> Choices { get; } = [1, 7, 30];

    public DateTimeOffset Midnight => new(Now.UtcDateTime.Date, TimeSpan.Zero);

    public DateTimeOffset From => Midnight.AddDays(1 - Days);

    public DateTimeOffset To => Now.AddHours(1);

    public string Name => NameOf(Days);

    /// <summary>Starts of the steps that charts show: hours of a day, else days.</summary>
    public IReadOnlyList<DateTimeOffset> Steps =>
        [.. Enumerable.Range(0, Days == 1 ? 24 : Days).Select(i => Days == 1 ? From.AddHours(i) : From.AddDays(i))];

    public static SavingsPeriod Read(string? days, DateTimeOffset now) =>
        new(int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && Choices.Contains(asked) ? asked : 1, now.ToUniversalTime());

    public static string NameOf(int days) => days == 1 ? "Today" : $"{days} days";

    /// <summary>The index of the step that an hour belongs to.</summary>
    public int StepOf(DateTimeOffset hour) => Days == 1 ? (int)(hour - From).TotalHours : (int)(hour - From).TotalDays;

    public string LabelOf(DateTimeOffset step) => step.ToString(Days == 1 ? "HH:mm" : "d MMM", CultureInfo.InvariantCulture);
}
