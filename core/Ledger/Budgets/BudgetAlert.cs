namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>A step of a cap was reached. The same step of the same window has the same account, window and percent, however often it is told.</summary>
/// <param name="Account">Which cap.</param>
/// <param name="WindowStart">In which window.</param>
/// <param name="Percent">50, 80 or 100.</param>
/// <param name="LimitUsd">The cap.</param>
/// <param name="SpentUsd">Spent when it was noticed.</param>
public sealed record BudgetAlert(BudgetAccountId Account, DateTimeOffset WindowStart, int Percent, decimal LimitUsd, decimal SpentUsd);
