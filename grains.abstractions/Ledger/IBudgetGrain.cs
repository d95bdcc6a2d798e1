namespace OrleansLlm.Grains.Abstractions.Ledger;

/// <summary>The budgets of one tenant; the single writer of what is spent and set aside. Keyed by tenant.</summary>
[Alias("orleansllm.budget.v1")]
public interface IBudgetGrain : IGrainWithStringKey
{
    /// <summary>Sets money aside for a call; what is granted is stored before this returns.</summary>
    [Alias("reserve")]
    Task<BudgetReply> ReserveAsync(BudgetRequest request);

    /// <summary>Calls ended; returns when that is stored. Calls that are not known (settled before, or long ago) are left out.</summary>
    [Alias("settle")]
    Task SettleAsync(BudgetCost[] costs);

    /// <summary>The caps that were asked for in windows still open.</summary>
    [Alias("list")]
    ValueTask<BudgetStatus[]> ListAsync();
}
