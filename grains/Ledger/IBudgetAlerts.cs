using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Tells an operator that a step of a cap was reached.</summary>
public interface IBudgetAlerts
{
    /// <summary>Delivers an alert, trying again for some minutes; false where it could not be delivered.</summary>
    Task<bool> SendAsync(string tenantId, BudgetAlert alert);
}
