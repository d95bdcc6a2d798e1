using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>Sums of one hour or day of a chart.</summary>
/// <param name="Label">When.</param>
/// <param name="Sums">What its requests used and cost.</param>
internal sealed record SavingsStep(string Label, LedgerSums Sums)
{
    public long Hits => Sums.ExactHits + Sums.SemanticHits + Sums.PendingHits;

    public long LookedUp => Hits + Sums.Misses;

    /// <summary>The steps of a period, empty ones included.</summary>
    public static IReadOnlyList<SavingsStep> Of(SavingsPeriod period, IReadOnlyList<HourSums> hours)
    {
        var steps = period.Steps;
        var sums = Enumerable.Repeat(LedgerSums.Zero, steps.Count).ToArray();
        foreach (var hour in hours)
        {
            if (period.StepOf(hour.Hour) is var step && step >= 0 && step < sums.Length)
                sums[step] += hour.Sums;
        }

        return [.. steps.Select((at, i) => new SavingsStep(period.LabelOf(at), sums[i]))];
    }
}
