using System.Globalization;

namespace OrleansLlm.Bench.Page;

/// <summary>What is asked of a figure.</summary>
/// <param name="What">In the reader's words.</param>
/// <param name="Bound">The bound.</param>
/// <param name="Unit">Of bound and figure.</param>
/// <param name="Reached">The figure; null where it was not measured.</param>
/// <param name="IsFloor">Whether the bound is the least, and not the most.</param>
internal sealed record Goal(string What, double Bound, string Unit, Func<Figures, double?> Reached, bool IsFloor = false)
{
    /// <summary>A figure that may be at most the bound.</summary>
    public static Goal Most(string what, double bound, string unit, string name, double scale = 1) => new(what, bound, unit, f => f[name] * scale);

    /// <summary>A row of the page's table; null where it was not measured.</summary>
    public string? Row(Figures figures)
    {
        if (Reached(figures) is not { } value)
            return null;
        var met = IsFloor ? value >= Bound : value <= Bound;
        return $"| {What} | {(IsFloor ? "≥" : "≤")} {Text(Bound)} {Unit} | {Text(value)} {Unit} | {(met ? "yes" : "no")} |";
    }

    public static string Text(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "#,##0", >= 10 => "0.#", _ => "0.##" }, CultureInfo.InvariantCulture);
}
