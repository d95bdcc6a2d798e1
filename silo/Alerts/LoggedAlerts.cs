using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Alerts;

/// <summary>Where no webhook is configured: that a step was reached stands in the log already.</summary>
internal sealed class LoggedAlerts : IBudgetAlerts
{
    public Task<bool> SendAsync(string tenantId, BudgetAlert alert) => Task.FromResult(true);
}
