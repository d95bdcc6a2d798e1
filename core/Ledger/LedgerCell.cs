namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one hour and model pair.</summary>
/// <param name="Hour">The hour's start, UTC.</param>
/// <param name="RequestedModel">The model callers named.</param>
/// <param name="UsedModel">The model that answered.</param>
/// <param name="Sums">What those requests used and cost.</param>
public sealed record LedgerCell(DateTimeOffset Hour, string RequestedModel, string UsedModel, LedgerSums Sums);
