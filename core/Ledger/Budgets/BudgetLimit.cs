namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>A hard cap.</summary>
/// <param name="Scope">Whose spending.</param>
/// <param name="Subject">The project's name or the key's id; empty for the tenant.</param>
/// <param name="Window">In which period.</param>
/// <param name="LimitUsd">Most that may be spent in it, USD; 0 forbids all that costs.</param>
public sealed record BudgetLimit(BudgetScope Scope, string Subject, BudgetWindow Window, decimal LimitUsd)
{
    /// <summary>Whose and which period, whatever the amount.</summary>
    public BudgetAccountId Account => new(Scope, Subject, Window);
}

/// <summary>What is added up together.</summary>
public readonly record struct BudgetAccountId(BudgetScope Scope, string Subject, BudgetWindow Window);
