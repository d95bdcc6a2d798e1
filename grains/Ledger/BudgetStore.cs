using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Where budget books are kept: logs with one writer each, whose earlier writers are refused.</summary>
/// <param name="Logs">Must keep a log for longer than the longest window.</param>
public sealed record BudgetStore(IShardStore Logs);
