namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>Whose spending a budget bounds.</summary>
public enum BudgetScope
{
    Tenant,
    Project,
    Key,
}
