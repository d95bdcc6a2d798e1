namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Sums">What its requests used and cost.</param>
public sealed record DaySums(DateOnly Day, LedgerSums Sums);
