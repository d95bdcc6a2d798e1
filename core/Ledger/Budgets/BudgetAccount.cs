namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>One cap's current window.</summary>
/// <param name="Limit">The cap as it was last asked for.</param>
/// <param name="WindowStart">Start of the window, UTC.</param>
/// <param name="SpentUsd">Settled spending, and leases that ended unsettled at their maximum.</param>
/// <param name="ReservedUsd">Set aside for calls under way.</param>
/// <param name="AlertedPercent">The highest step of the cap whose alert was delivered in this window; 0 for none.</param>
public sealed record BudgetAccount(BudgetLimit Limit, DateTimeOffset WindowStart, decimal SpentUsd, decimal ReservedUsd, int AlertedPercent)
{
    public DateTimeOffset ResetsAt => BudgetWindows.EndOf(Limit.Window, WindowStart);

    /// <summary>What may still be reserved; negative where a cap was lowered below what is spent.</summary>
    public decimal AvailableUsd => Limit.LimitUsd - SpentUsd - ReservedUsd;
}
