namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one hour.</summary>
/// <param name="Hour">The hour's start, UTC.</param>
/// <param name="Sums">What its requests used and cost.</param>
public sealed record HourSums(DateTimeOffset Hour, LedgerSums Sums);
