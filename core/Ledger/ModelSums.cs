namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one model.</summary>
/// <param name="Model">Its name, or <see cref="LedgerTotals.OtherModels"/>.</param>
/// <param name="Sums">What its requests used and cost.</param>
public sealed record ModelSums(string Model, LedgerSums Sums);
