namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>Whether a call may be made.</summary>
/// <param name="Refused">The cap that it might exceed; null where it is granted.</param>
/// <param name="AvailableUsd">What is left of that cap beyond what is spent and reserved, USD.</param>
/// <param name="ResetsAt">When that cap's next window begins.</param>
public readonly record struct BudgetDecision(BudgetLimit? Refused, decimal AvailableUsd, DateTimeOffset ResetsAt)
{
    public bool IsGranted => Refused is null;
}
